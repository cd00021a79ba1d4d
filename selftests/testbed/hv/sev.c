// SPDX-License-Identifier: GPL-2.0
/*
 * SEV-ES and SEV-SNP: intercepts become #VC, VMGEXIT is served. The NAE events
 * are in sev_nae.c, the GHCB MSR protocol in sev_msr.c, what only SNP has is in
 * snp.c.
 */
#include "boot.h"
#include "cpuid.h"
#include "deliver.h"
#include "guest.h"
#include "ledger.h"
#include "log.h"
#include "sev.h"

#define SEV_STATUS_SEV		BIT(0)
#define SEV_STATUS_ES		BIT(1)
#define SEV_STATUS_SNP		BIT(2)
#define SEV_CPUID_SEV		BIT(1)
#define SEV_CPUID_ES		BIT(3)
#define SEV_CPUID_SNP		BIT(4)
#define SEV_CPUID_REDUCTION	BIT(6)
#define REP_PREFIX		0xf3
#define VMGEXIT_LEN		4
#define CPUID_MAX_EXT		0x8000001f
#define DR7_BIT			BIT(7)
#define NPF_WALK		BIT(33)	/* of the guest's page tables: APM vol. 2, 15.25.6 */

bool sev_is_snp(void)
{
	return platform == &snp_platform;
}

/* "Hypervisor Feature Support", in both protocols. */
u64 sev_hv_features(void)
{
	return sev_is_snp() ? GHCB_HV_FT_SNP | GHCB_HV_FT_AP_CREATION : 0;
}

static void sev_vcpu_init(struct vcpu *v)
{
	/* As KVM for SEV-ES guests; #AC is in the list, but TCG raises none. */
	v->vmcb.intercept_dr = DR7_BIT | DR7_BIT << 16;
	v->vmcb.intercept3 |= SVM_I3_RDPMC | SVM_I3_INVD;
	v->vmcb.intercept4 |= SVM_I4_WBINVD | SVM_I4_MONITOR | SVM_I4_MWAIT;
}

static bool sev_opcode(struct vcpu *v)
{
	u8 insn[4];

	if (!sev_is_snp() || v->vmcb.save.cpl ||
	    !guest_read(v, v->vmcb.save.rip, insn, sizeof(insn)))
		return false;
	return snp_opcode(v, insn);
}

static bool sev_native_msr(struct vcpu *v, u32 msr, bool write, u64 *val)
{
	switch (msr) {
	case MSR_GHCB:
		if (write)
			v->ghcb_msr = *val;
		else
			*val = v->ghcb_msr;
		return true;
	case MSR_SEV_STATUS:
		if (write)
			return false;
		*val = SEV_STATUS_SEV | SEV_STATUS_ES | (sev_is_snp() ? SEV_STATUS_SNP : 0);
		return true;
	default:
		return false;
	}
}

/*
 * The walk of the guest's own page tables is private, whatever CR3 says (APM
 * vol. 2, 15.34.5). TCG walks where CR3 points: set the C-bit there. Linux's
 * decompressor loads such a CR3.
 */
static bool walk_is_private(struct vcpu *v, u64 gpa)
{
	struct svm_save *s = &v->vmcb.save;

	if (!(v->vmcb.exit_info_1 & NPF_WALK) || (gpa ^ s->cr3) & PAGE_MASK)
		return false;
	s->cr3 |= GPA_TOP_BIT;
	return true;
}

static void sev_bad_access(struct vcpu *v, u64 gpa)
{
	if (walk_is_private(v, gpa))
		return;
	vcpu_guest_bug(v, gpa & GPA_TOP_BIT ? "private access to a page that is not" :
					     "shared access to a private page", gpa);
}

static void sev_cpuid(struct vcpu *v, u32 leaf, u32 subleaf, struct cpuid_regs *r)
{
	(void)v;
	if (CPUID_IS_HV(leaf)) {
		cpuid_hypervisor(leaf, true, r);
		return;
	}
	cpuid_common(leaf, subleaf, r);
	if (leaf == 0x80000000) {
		r->eax = CPUID_MAX_EXT;
	} else if (leaf == CPUID_MAX_EXT) {
		*r = (struct cpuid_regs){ 0 };
		r->eax = SEV_CPUID_SEV | SEV_CPUID_ES | (sev_is_snp() ? SEV_CPUID_SNP : 0);
		r->ebx = SEV_INFO_C_BIT | SEV_CPUID_REDUCTION;
	}
}

/* The firmware's part of starting an AP: the jump table names where (GHCB, "AP Jump Table"). */
static void start_from_jump_table(struct vcpu *v)
{
	const struct {
		u16 ip, cs;
	} *table = (const void *)boot_area->jump_table;

	if (!table->ip && !table->cs) {
		hv_log("vCPU %u: SIPI, but the AP jump table is empty", (u64)v->id);
		return;
	}
	vcpu_set_real_mode(v, table->cs, table->ip);
	v->hold = HOLD_NONE;
}

/* A SIPI or, on SNP, a VMSA for a vCPU. */
static void sev_start(struct vcpu *v, u32 request)
{
	struct ghcb *ghcb;

	if (request & VCPU_REQ_VMSA) {
		snp_load_vmsa(v);
		return;
	}
	switch (v->hold) {
	case HOLD_FIRMWARE:
		start_from_jump_table(v);
		break;
	case HOLD_AP_HLT_LOOP:
		/* sev_nae() has found it, and the vCPU has not run since. */
		ghcb = guest_ptr(v->ghcb_msr, PAGE_SIZE);
		ghcb->sw_exit_info_2 = 1;
		v->hold = HOLD_NONE;
		break;
	case HOLD_AP_RESET_MSR:
		v->ghcb_msr = GHCB_MSR_AP_HOLD_RESP | 1 << 12;
		v->hold = HOLD_NONE;
		break;
	default:
		/* Still on its way into the AP HLT loop. */
		v->sipi_early = true;
		break;
	}
}

/* The vCPU went on hold; its SIPI may have come first. */
void sev_held(struct vcpu *v)
{
	if (!v->sipi_early)
		return;
	v->sipi_early = false;
	sev_start(v, VCPU_REQ_SIPI);
}

/* What a #VC's reason says more: LEDGER.md, "Details". */
static u64 vc_detail(const struct vcpu *v, u64 code)
{
	switch (code) {
	case CVMSTAT_SVM_CPUID:
		return (u32)v->regs[RAX];
	case CVMSTAT_SVM_MSR:
		return (u32)v->regs[RCX];
	default:
		return LEDGER_NO_DETAIL;
	}
}

/* VMGEXIT is VMMCALL with a REP prefix (APM vol. 3). */
static bool is_vmgexit(struct vcpu *v)
{
	u64 rip = v->vmcb.save.cs.base + v->vmcb.save.rip;
	u8 prefix;

	return guest_read(v, rip, &prefix, sizeof(prefix)) && prefix == REP_PREFIX;
}

static void vmgexit(struct vcpu *v)
{
	vcpu_skip(v, VMGEXIT_LEN);
	if (v->ghcb_msr & GHCB_MSR_INFO_MASK)
		sev_msr_protocol(v);
	else
		sev_nae(v);
}

static void sev_exit(struct vcpu *v, u64 code)
{
	if (code == CVMSTAT_SVM_HLT) {
		ledger_count(v->id, CVMSTAT_CLASS_AUTO, code, LEDGER_NO_DETAIL, CVMSTAT_OP_NONE);
		vcpu_hlt(v);
		return;
	}
	if (code == CVMSTAT_SVM_VMMCALL && is_vmgexit(v)) {
		vmgexit(v);
		return;
	}
	if (code == CVMSTAT_SVM_NPF && sev_is_snp() && v->vmcb.exit_info_2 & GPA_TOP_BIT)
		vcpu_guest_bug(v, "private access to what is no RAM", v->vmcb.exit_info_2);
	if (code == CVMSTAT_SVM_CPUID && (u32)v->regs[RAX] == CPUID_ODD_TRAP)
		code = (u32)v->regs[RCX];
	ledger_count(v->id, CVMSTAT_CLASS_VC, code, vc_detail(v, code), CVMSTAT_OP_NONE);
	deliver_vc(v, code);
}

/* What both have. */
#define SEV_PLATFORM \
	.private_bit = GPA_TOP_BIT, \
	.efer_code = CVMSTAT_SVM_EFER_WRITE, \
	.nmi_complete = true, \
	.vcpu_init = sev_vcpu_init, \
	.exit = sev_exit, \
	.opcode = sev_opcode, \
	.native_msr = sev_native_msr, \
	.bad_access = sev_bad_access, \
	.cpuid = sev_cpuid, \
	.start = sev_start

const struct platform sev_es_platform = {
	.name = "sev-es",
	SEV_PLATFORM,
};

const struct platform snp_platform = {
	.name = "snp",
	.page_states = true,
	.boot = snp_boot,
	SEV_PLATFORM,
};
