// SPDX-License-Identifier: GPL-2.0
/* Intercepts become #VC (APM vol. 2, 15.35.4), but for HLT and VMGEXIT. */
#include "cpuid.h"
#include "deliver.h"
#include "ledger.h"
#include "sev.h"
#include "vc.h"
#include "vmgexit.h"
#include "wait.h"

#define REP_PREFIX	0xf3
#define VMGEXIT_LEN	4

/* What a #VC's reason says more: LEDGER.md, "Details". */
static u64 vc_detail(const struct vcpu *v, u64 code)
{
	switch (code) {
	case CVMSTAT_SVM_CPUID:
		return (u32)v->regs[RAX];
	case CVMSTAT_SVM_MSR:
		return (u32)v->regs[RCX];
	case CVMSTAT_SVM_VMMCALL:
		return v->regs[RAX];
	default:
		return LEDGER_NO_DETAIL;
	}
}

static void raise_vc(struct vcpu *v, u64 code)
{
	ledger_count(v->id, CVMSTAT_CLASS_VC, code, vc_detail(v, code), CVMSTAT_OP_NONE);
	to_sev(v)->last_cpl = v->vmcb.save.cpl;
	deliver_by_hand(v, X86_TRAP_VC, code);
}

/* VMGEXIT is VMMCALL with a REP prefix (APM vol. 3). */
static bool is_vmgexit(struct vcpu *v)
{
	u64 rip = v->vmcb.save.cs.base + v->vmcb.save.rip;
	u8 prefix;

	return guest_read(v, rip, &prefix, sizeof(prefix)) && prefix == REP_PREFIX;
}

/* An exit that is the platform's. */
void vc_exit(struct vcpu *v, u64 code)
{
	if (code == CVMSTAT_SVM_HLT) {
		ledger_count(v->id, CVMSTAT_CLASS_AUTO, code, LEDGER_NO_DETAIL, CVMSTAT_OP_NONE);
		vcpu_hlt(v);
		return;
	}
	if (code == CVMSTAT_SVM_VMMCALL && is_vmgexit(v)) {
		vcpu_skip(v, VMGEXIT_LEN);
		vmgexit(v);
		return;
	}
	if (code == CVMSTAT_SVM_NPF && platform->snp && v->vmcb.exit_info_2 & GPA_TOP_BIT)
		vcpu_guest_bug(v, "private access to what is no RAM", v->vmcb.exit_info_2);
	if (code == CVMSTAT_SVM_CPUID && (u32)v->regs[RAX] == CPUID_ODD_TRAP)
		code = (u32)v->regs[RCX];
	raise_vc(v, code);
}
