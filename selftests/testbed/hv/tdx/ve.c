// SPDX-License-Identifier: GPL-2.0
/* Intercepts become #VE (TDX module base spec., "Virtualization exception"). */
#include "cpuid.h"
#include "deliver.h"
#include "face.h"
#include "guest.h"
#include "insn.h"
#include "ledger.h"
#include "metadata.h"
#include "platform.h"
#include "tdx.h"
#include "ve.h"

#define QUAL_IO_IN	BIT(3)
#define QUAL_IO_STRING	BIT(4)
#define QUAL_IO_REP	BIT(5)
#define QUAL_EPT_WRITE	BIT(1)
#define QUAL_EPT_READ	BIT(0)
#define NPF_WRITE	BIT(1)
#define EVENT_LEN	2	/* of CPUID, RDMSR, WRMSR, WBINVD, INVD */

/*
 * #VE with its information. A second one before TDG.VP.VEINFO.GET is a double
 * fault (TDX module base spec., "Virtualization exception").
 */
static void raise_ve(struct vcpu *v, struct ve_info info, u64 detail, enum cvmstat_op op)
{
	struct tdx_vcpu *tdx = to_tdx(v);

	ledger_count(v->id, CVMSTAT_CLASS_VE, info.reason, detail, op);
	if (tdx->ve_valid) {
		deliver_exception_zero(v, X86_TRAP_DF);
		return;
	}
	tdx->ve = info;
	tdx->ve_valid = true;
	deliver_exception(v, X86_TRAP_VE);
}

/* An instruction whose operands Linux finds in registers. */
static void raise_ve_simple(struct vcpu *v, u32 reason, u32 len, u64 detail)
{
	raise_ve(v, (struct ve_info){ .reason = reason, .instr_len = len }, detail,
		 CVMSTAT_OP_NONE);
}

/*
 * Leaves that the module does not answer: the hypervisor's, and those it leaves
 * open, unless the guest wants fewer #VEs.
 */
static bool cpuid_is_ve(u32 leaf)
{
	static const u32 open[] = { 2, 3, 5, 6, 9, 0xc, 0xf, 0x10, 0x11, 0x12, 0x16, 0x17, 0x18,
				    0x1a, 0x1b, 0x20 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(open); i++)
		if (leaf == open[i] && !metadata_reduces_ve())
			return true;
	return CPUID_IS_HV(leaf);
}

static void exit_cpuid(struct vcpu *v)
{
	u32 leaf = v->regs[RAX];
	struct cpuid_regs r;

	if (leaf == CPUID_ODD_TRAP) {
		raise_ve_simple(v, v->regs[RCX], EVENT_LEN, LEDGER_NO_DETAIL);
		return;
	}
	if (cpuid_is_ve(leaf)) {
		raise_ve_simple(v, CVMSTAT_VE_CPUID, EVENT_LEN, leaf);
		return;
	}
	platform->cpuid(v, leaf, v->regs[RCX], &r);
	vcpu_set_cpuid(v, &r);
	vcpu_skip(v, EVENT_LEN);
}

/* Exit qualification of I/O: Intel SDM vol. 3C, table 28-5. */
static void exit_io(struct vcpu *v)
{
	u64 info = v->vmcb.exit_info_1;
	bool in = info & SVM_IOIO_IN;
	struct ve_info ve = {
		.reason = CVMSTAT_VE_IO,
		.instr_len = v->vmcb.exit_info_2 - v->vmcb.save.rip,
		.qual = (SVM_IOIO_SIZE(info) - 1) | (in ? QUAL_IO_IN : 0) |
			(info & SVM_IOIO_STRING ? QUAL_IO_STRING : 0) |
			(info & SVM_IOIO_REP ? QUAL_IO_REP : 0) |
			(u64)SVM_IOIO_PORT(info) << 16,
	};

	raise_ve(v, ve, SVM_IOIO_PORT(info), in ? CVMSTAT_OP_READ : CVMSTAT_OP_WRITE);
}

/* SVM gives no linear address: decode the operand. */
static void exit_ept(struct vcpu *v)
{
	u64 gpa = v->vmcb.exit_info_2;
	bool write = v->vmcb.exit_info_1 & NPF_WRITE;
	struct ve_info ve = {
		.reason = CVMSTAT_VE_EPT_VIOLATION,
		.qual = write ? QUAL_EPT_WRITE : QUAL_EPT_READ,
		.gpa = gpa,
	};
	struct insn insn = { 0 };

	if (!(gpa & GPA_TOP_BIT))
		vcpu_guest_bug(v, "private access to what is no RAM", gpa);
	if (insn_decode(v, &insn))
		ve.gla = (insn.gla & PAGE_MASK) | (gpa & ~PAGE_MASK);
	ve.instr_len = insn.len;
	raise_ve(v, ve, gpa & GPA_MASK, CVMSTAT_OP_NONE);
}

static void exit_msr(struct vcpu *v)
{
	bool write = v->vmcb.exit_info_1 & SVM_MSR_WRITE;

	raise_ve_simple(v, write ? CVMSTAT_VE_WRMSR : CVMSTAT_VE_RDMSR, EVENT_LEN,
			(u32)v->regs[RCX]);
}

/* An exit that is the platform's. */
void ve_exit(struct vcpu *v, u64 code)
{
	switch (code) {
	case CVMSTAT_SVM_CPUID:
		exit_cpuid(v);
		break;
	case CVMSTAT_SVM_HLT:
		raise_ve_simple(v, CVMSTAT_VE_HLT, HLT_LEN, LEDGER_NO_DETAIL);
		break;
	case CVMSTAT_SVM_IOIO:
		exit_io(v);
		break;
	case CVMSTAT_SVM_MSR:
		exit_msr(v);
		break;
	case CVMSTAT_SVM_NPF:
		exit_ept(v);
		break;
	case CVMSTAT_SVM_WBINVD:
	case CVMSTAT_SVM_INVD:
		raise_ve_simple(v, CVMSTAT_VE_WBINVD, EVENT_LEN, LEDGER_NO_DETAIL);
		break;
	case CVMSTAT_SVM_VMMCALL:
	case CVMSTAT_SVM_MONITOR:
	case CVMSTAT_SVM_MWAIT:
		deliver_exception(v, X86_TRAP_UD);
		break;
	default:
		vcpu_unhandled(v, code);
	}
}
