// SPDX-License-Identifier: GPL-2.0
/* TDX: what a guest finds that starts as a TD. */
#include "cpuid.h"
#include "deliver.h"
#include "face.h"
#include "guest.h"
#include "lapic.h"
#include "mailbox.h"
#include "platform.h"
#include "pvclock.h"
#include "tdcall.h"
#include "tdx.h"
#include "ve.h"

#define TDX_MAX_LEAF		0x21
#define TDX_CPU_SIGNATURE	0x000806f8
#define L1_EDX_MTRR		BIT(12)
#define L1_ECX_X2APIC		BIT(21)
#define L1_ECX_TSC_DEADLINE	BIT(24)
/* Of leaf 0x15; Linux multiplies crystal kHz by the numerator in 32 bits. */
#define RATIO_DENOMINATOR	1000
#define MSR_TSC_ADJUST		0x3b
#define MSR_ARCH_CAPABILITIES	0x10a
#define MSR_MISC_ENABLE		0x1a0
#define MISC_ENABLE_FAST_STRING	BIT(0)
#define MISC_ENABLE_BTS_UNAVAIL	BIT(11)
#define MISC_ENABLE_PEBS_UNAVAIL BIT(12)

static void tdx_vcpu_init(struct vcpu *v)
{
	v->vmcb.intercept3 |= SVM_I3_INVD;
	v->vmcb.intercept4 |= SVM_I4_WBINVD | SVM_I4_MONITOR | SVM_I4_MWAIT;
	if (v->id == 0)
		lapic_x2apic_init(v);
}

static void tdx_reset(struct vcpu *v)
{
	to_tdx(v)->ve_valid = false;
}

static bool tdx_opcode(struct vcpu *v)
{
	static const u8 tdcall_insn[] = { 0x66, 0x0f, 0x01, 0xcc };
	u8 insn[sizeof(tdcall_insn)];

	if (!guest_read(v, v->vmcb.save.rip, insn, sizeof(insn)) ||
	    memcmp(insn, tdcall_insn, sizeof(insn)))
		return false;
	if (v->vmcb.save.cpl) {
		deliver_exception_zero(v, X86_TRAP_GP);
		return true;
	}
	vcpu_skip(v, sizeof(insn));
	tdcall(v);
	return true;
}

/*
 * x2APIC registers that a TD reaches without #VE: TPR, PPR, EOI, ISR, TMR, IRR
 * and self IPI (TDX module base spec., "MSR virtualization").
 */
static bool is_virtual_apic(u32 msr)
{
	return msr == 0x808 || msr == 0x80a || msr == 0x80b || (msr >= 0x810 && msr <= 0x827) ||
	       msr == 0x83f;
}

/*
 * MSRs that the module virtualises itself, beside those that every platform
 * passes (TDX module base spec., "MSR virtualization"). The CPU that TCG offers
 * is AMD's, so Intel's own registers have fixed values here.
 */
static bool tdx_native_msr(struct vcpu *v, u32 msr, bool write, u64 *val)
{
	if (is_virtual_apic(msr) || (msr == MSR_APIC_BASE && !write))
		return lapic_msr(v, msr, write, val);
	switch (msr) {
	case MSR_TSC:
		*val = rdtsc();
		return !write;
	case MSR_MISC_ENABLE:
		*val = MISC_ENABLE_FAST_STRING | MISC_ENABLE_BTS_UNAVAIL | MISC_ENABLE_PEBS_UNAVAIL;
		return !write;
	case MSR_TSC_ADJUST:
	case MSR_ARCH_CAPABILITIES:
		*val = 0;
		return !write;
	default:
		return false;
	}
}

static void tdx_bad_access(struct vcpu *v, u64 gpa)
{
	vcpu_guest_bug(v, gpa & GPA_TOP_BIT ? "shared access to a private page" :
					     "private access to a page that is not accepted", gpa);
}

static void tdx_cpuid(struct vcpu *v, u32 leaf, u32 subleaf, struct cpuid_regs *r)
{
	(void)v;
	if (CPUID_IS_HV(leaf)) {
		face_cpuid(leaf, r);
		return;
	}
	cpuid_common(leaf, subleaf, r);
	switch (leaf) {
	case 0:
		*r = (struct cpuid_regs){ TDX_MAX_LEAF, 0x756e6547, 0x6c65746e, 0x49656e69 };
		break;
	case 1:
		r->eax = TDX_CPU_SIGNATURE;
		r->ecx |= L1_ECX_X2APIC | (tsc_deadline_offered ? L1_ECX_TSC_DEADLINE : 0);
		/* As the module: no MTRRs, else an early WBINVD ends the boot. */
		r->edx &= ~L1_EDX_MTRR;
		break;
	case 4:
	case 0xa:
	case 0x14:
		*r = (struct cpuid_regs){ 0 };
		break;
	case 0x15:
		*r = (struct cpuid_regs){ RATIO_DENOMINATOR,
					  tsc_hz / (LAPIC_CRYSTAL_HZ / RATIO_DENOMINATOR),
					  LAPIC_CRYSTAL_HZ, 0 };
		break;
	case TDX_MAX_LEAF:
		*r = (struct cpuid_regs){ 0, 0x65746e49, 0x20202020, 0x5844546c };
		break;
	}
}

/*
 * A #VE blocks NMIs until the guest has asked for its information (TDX module
 * base spec., "Virtualization exception"): a #VE in the NMI's handler would be
 * the second.
 */
static bool tdx_blocks_nmi(struct vcpu *v)
{
	return to_tdx(v)->ve_valid;
}

static const struct platform tdx = {
	.name = "tdx",
	.shared_bit = GPA_TOP_BIT,
	.page_states = true,
	.no_pv_pages = true,
	.boot = mailbox_boot,
	.vcpu_init = tdx_vcpu_init,
	.reset = tdx_reset,
	.exit = ve_exit,
	.opcode = tdx_opcode,
	.native_msr = tdx_native_msr,
	.blocks_nmi = tdx_blocks_nmi,
	.bad_access = tdx_bad_access,
	.cpuid = tdx_cpuid,
	.poll_start = mailbox_poll,
};
DECLARE_PLATFORM(tdx);
