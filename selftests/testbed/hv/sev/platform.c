// SPDX-License-Identifier: GPL-2.0
/* SEV-ES and SEV-SNP: what a guest finds that starts as one of them. */
#include "ap.h"
#include "cc_blob.h"
#include "cpuid.h"
#include "face.h"
#include "ledger.h"
#include "rmp.h"
#include "sev.h"
#include "vc.h"
#include "vmsa.h"

#define SEV_CPUID_SEV		BIT(1)
#define SEV_CPUID_ES		BIT(3)
#define SEV_CPUID_SNP		BIT(4)
#define SEV_CPUID_REDUCTION	BIT(6)
#define CPUID_MAX_EXT		0x8000001f
#define DR7_BIT			BIT(7)

static void sev_es_boot(struct boot_params *bp)
{
	(void)bp;
	ap_boot();
}

static void snp_boot(struct boot_params *bp)
{
	ap_boot();
	cc_blob_boot(bp);
}

static void sev_vcpu_init(struct vcpu *v)
{
	to_sev(v)->hold = v->held ? HOLD_FIRMWARE : HOLD_NONE;
	/* As KVM for SEV-ES guests; #AC is in the list, but TCG raises none. */
	v->vmcb.intercept_dr = DR7_BIT | DR7_BIT << 16;
	v->vmcb.intercept3 |= SVM_I3_RDPMC | SVM_I3_INVD;
	v->vmcb.intercept4 |= SVM_I4_WBINVD | SVM_I4_MONITOR | SVM_I4_MWAIT;
}

static void sev_reset(struct vcpu *v)
{
	to_sev(v)->ghcb_msr = 0;
}

static bool sev_native_msr(struct vcpu *v, u32 msr, bool write, u64 *val)
{
	switch (msr) {
	case MSR_GHCB:
		if (write)
			to_sev(v)->ghcb_msr = *val;
		else
			*val = to_sev(v)->ghcb_msr;
		return true;
	case MSR_SEV_STATUS:
		if (write)
			return false;
		*val = sev_status();
		return true;
	default:
		return false;
	}
}

static void sev_cpuid(struct vcpu *v, u32 leaf, u32 subleaf, struct cpuid_regs *r)
{
	(void)v;
	if (CPUID_IS_HV(leaf)) {
		face_cpuid(leaf, r);
		return;
	}
	cpuid_common(leaf, subleaf, r);
	if (leaf == 0x80000000) {
		r->eax = CPUID_MAX_EXT;
	} else if (leaf == CPUID_MAX_EXT) {
		*r = (struct cpuid_regs){ 0 };
		r->eax = SEV_CPUID_SEV | SEV_CPUID_ES | (platform->snp ? SEV_CPUID_SNP : 0);
		r->ebx = SEV_C_BIT | SEV_CPUID_REDUCTION;
	}
}

/* A SIPI or, on SNP, the loss of a VMSA or another one. */
static void sev_request(struct vcpu *v, u32 requests)
{
	if (requests & VMSA_REQ_DESTROY)
		ap_hold(v, HOLD_DESTROYED);
	if (requests & VMSA_REQ_CREATE)
		vmsa_load(v);
	else if (requests & VCPU_REQ_SIPI)
		ap_start(v);
}

/* What both have. */
#define SEV_PLATFORM \
	.private_bit = GPA_TOP_BIT, \
	.efer_code = CVMSTAT_SVM_EFER_WRITE, \
	.nmi_complete = true, \
	.vcpu_init = sev_vcpu_init, \
	.reset = sev_reset, \
	.exit = vc_exit, \
	.native_msr = sev_native_msr, \
	.bad_access = rmp_bad_access, \
	.cpuid = sev_cpuid, \
	.request = sev_request

static const struct platform sev_es = {
	.name = "sev-es",
	.boot = sev_es_boot,
	SEV_PLATFORM,
};
DECLARE_PLATFORM(sev_es);

static const struct platform snp = {
	.name = "snp",
	.snp = true,
	.page_states = true,
	.boot = snp_boot,
	.opcode = rmp_opcode,
	SEV_PLATFORM,
};
DECLARE_PLATFORM(snp);
