// SPDX-License-Identifier: GPL-2.0
/* The GHCB MSR protocol: GHCB 2.3.1. Bits 11:0 of request and response say which. */
#include "ap.h"
#include "end.h"
#include "ledger.h"
#include "msr_protocol.h"
#include "rmp.h"
#include "sev.h"
#include "svsm.h"

#define CPUID_LEAF(msr)		((u32)((msr) >> 32))
#define CPUID_REGISTER_SHIFT	30
#define CPUID_REGISTER(msr)	((msr) >> CPUID_REGISTER_SHIFT & 3)
#define VMPL(msr)		((u8)((msr) >> 32))
#define ERROR_CODE		BIT(32)

static u64 sev_info(struct vcpu *v, u64 msr)
{
	(void)v;
	(void)msr;
	return GHCB_MSR_SEV_INFO_RESP | SEV_C_BIT << 24 | GHCB_PROTO_MIN << 32 |
	       GHCB_PROTO_MAX << 48;
}

static u64 one_cpuid(struct vcpu *v, u64 msr)
{
	struct cpuid_regs r;
	u32 regs[4];

	platform->cpuid(v, CPUID_LEAF(msr), 0, &r);
	memcpy(regs, &r, sizeof(regs));
	return GHCB_MSR_CPUID_RESP | CPUID_REGISTER(msr) << CPUID_REGISTER_SHIFT |
	       (u64)regs[CPUID_REGISTER(msr)] << 32;
}

/* A SIPI writes the response, when it lets the vCPU go on: ap_start(). */
static u64 ap_reset_hold(struct vcpu *v, u64 msr)
{
	ap_hold(v, HOLD_AP_RESET_MSR);
	ap_held(v);
	return v->held ? msr : to_sev(v)->ghcb_msr;
}

static u64 preferred_gpa(struct vcpu *v, u64 msr)
{
	(void)v;
	(void)msr;
	return GHCB_MSR_PREF_GPA_RESP | GHCB_MSR_NO_PREF_GPA;
}

static u64 register_gpa(struct vcpu *v, u64 msr)
{
	to_sev(v)->ghcb_gpa = msr & ~GHCB_MSR_INFO_MASK;
	return GHCB_MSR_REG_GPA_RESP | to_sev(v)->ghcb_gpa;
}

static u64 page_state_change(struct vcpu *v, u64 msr)
{
	(void)v;
	if (platform->snp && rmp_state_change(PSC_ENTRY_GPA(msr), PAGE_SIZE, PSC_ENTRY_OP(msr)))
		return GHCB_MSR_PSC_RESP;
	return GHCB_MSR_PSC_RESP | ERROR_CODE;
}

static u64 run_vmpl(struct vcpu *v, u64 msr)
{
	return GHCB_MSR_VMPL_RESP | (svsm_run_vmpl(v, VMPL(msr)) ? 0 : ERROR_CODE);
}

static u64 hv_features(struct vcpu *v, u64 msr)
{
	(void)v;
	(void)msr;
	return GHCB_MSR_FEATURES_RESP | sev_hv_features() << 12;
}

static u64 terminate(struct vcpu *v, u64 msr)
{
	hv_end(HV_EXIT_TERMINATED,
	       "guest terminated itself: GHCB reason set %u, code %u, RIP %x", msr >> 12 & 0xf,
	       msr >> 16 & 0xff, v->vmcb.save.rip);
}

static const struct {
	u32 code;
	u64 (*handle)(struct vcpu *v, u64 msr);	/* returns the response */
} requests[] = {
	{ CVMSTAT_GHCB_MSR_SEV_INFO, sev_info },
	{ CVMSTAT_GHCB_MSR_CPUID, one_cpuid },
	{ CVMSTAT_GHCB_MSR_AP_RESET_HOLD, ap_reset_hold },
	{ CVMSTAT_GHCB_MSR_PREFERRED_GPA, preferred_gpa },
	{ CVMSTAT_GHCB_MSR_REGISTER_GPA, register_gpa },
	{ CVMSTAT_GHCB_MSR_PSC, page_state_change },
	{ CVMSTAT_GHCB_MSR_VMPL, run_vmpl },
	{ CVMSTAT_GHCB_MSR_HV_FEATURES, hv_features },
	{ CVMSTAT_GHCB_MSR_TERMINATE, terminate },
};

/**
 * msr_protocol - serve a VMGEXIT whose request is in the GHCB MSR
 * @v: the vCPU; RIP is behind the VMGEXIT
 */
void msr_protocol(struct vcpu *v)
{
	u64 msr = to_sev(v)->ghcb_msr;
	u32 code = msr & GHCB_MSR_INFO_MASK, i;

	ledger_count(v->id, CVMSTAT_CLASS_GHCB_MSR, code,
		     code == CVMSTAT_GHCB_MSR_CPUID ? CPUID_LEAF(msr) : LEDGER_NO_DETAIL,
		     CVMSTAT_OP_NONE);
	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		if (requests[i].code != code)
			continue;
		to_sev(v)->ghcb_msr = requests[i].handle(v, msr);
		return;
	}
	hv_log("vCPU %u: unknown GHCB MSR request %x", (u64)v->id, msr);
	to_sev(v)->ghcb_msr = 0;
}
