/* SPDX-License-Identifier: GPL-2.0 */
/* What an SVM exit is about, or an NAE event, which has the same inputs: LEDGER.md, "Details". */
#ifndef HV_DETAIL_H
#define HV_DETAIL_H

#include "ledger.h"
#include "svm.h"

enum detail {
	DETAIL_NONE,
	DETAIL_LEAF,		/* EAX */
	DETAIL_MSR,		/* ECX, and its direction */
	DETAIL_PORT,		/* and its direction */
	DETAIL_GPA,
	DETAIL_HYPERCALL,	/* RAX */
};

/* Counts one of @class; @info: exit_info_1, @gpa: where that is the detail. */
static inline void detail_count(u32 vcpu, enum cvmstat_class class, u64 code, enum detail kind,
				u64 rax, u32 ecx, u64 info, u64 gpa)
{
	enum cvmstat_op op = CVMSTAT_OP_NONE;
	u64 detail = LEDGER_NO_DETAIL;

	switch (kind) {
	case DETAIL_NONE:
		break;
	case DETAIL_LEAF:
		detail = (u32)rax;
		break;
	case DETAIL_MSR:
		detail = ecx;
		op = info & SVM_MSR_WRITE ? CVMSTAT_OP_WRITE : CVMSTAT_OP_READ;
		if (class != CVMSTAT_CLASS_AUTO && ecx == CVMSTAT_X2APIC_ICR &&
		    op == CVMSTAT_OP_WRITE)
			detail = CVMSTAT_ICR_DETAIL(detail, rax);
		break;
	case DETAIL_PORT:
		detail = SVM_IOIO_PORT(info);
		op = info & SVM_IOIO_IN ? CVMSTAT_OP_READ : CVMSTAT_OP_WRITE;
		break;
	case DETAIL_GPA:
		detail = gpa;
		break;
	case DETAIL_HYPERCALL:
		detail = rax;
		break;
	}
	ledger_count(vcpu, class, code, detail, op);
}

#endif
