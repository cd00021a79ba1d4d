// SPDX-License-Identifier: GPL-2.0
/*
 * TDX: intercepts become #VE, TDCALL is served. What the module itself answers
 * is in tdcall.c, what goes to the VMM in tdvmcall.c.
 */
#include "boot.h"
#include "cpuid.h"
#include "deliver.h"
#include "guest.h"
#include "insn.h"
#include "lapic.h"
#include "ledger.h"
#include "pvclock.h"
#include "tdcall.h"
#include "tdx.h"

#define TDX_MAX_LEAF		0x21
#define TDX_CPU_SIGNATURE	0x000806f8
#define L1_EDX_MTRR		BIT(12)
#define L1_ECX_X2APIC		BIT(21)
#define L1_ECX_TSC_DEADLINE	BIT(24)
#define VE_QUAL_IO_IN		BIT(3)
#define VE_QUAL_IO_STRING	BIT(4)
#define VE_QUAL_IO_REP		BIT(5)
#define VE_QUAL_EPT_WRITE	BIT(1)
#define VE_QUAL_EPT_READ	BIT(0)
#define NPF_WRITE		BIT(1)
/* Of leaf 0x15; Linux multiplies crystal kHz by the numerator in 32 bits. */
#define RATIO_DENOMINATOR	1000
#define MSR_TSC_ADJUST		0x3b
#define MSR_ARCH_CAPABILITIES	0x10a
#define MSR_MISC_ENABLE		0x1a0
#define MISC_ENABLE_FAST_STRING	BIT(0)
#define MISC_ENABLE_BTS_UNAVAIL	BIT(11)
#define MISC_ENABLE_PEBS_UNAVAIL BIT(12)
#define EVENT_LEN		2	/* of CPUID, RDMSR, WRMSR, WBINVD, INVD */

static void tdx_vcpu_init(struct vcpu *v)
{
	v->vmcb.intercept3 |= SVM_I3_INVD;
	v->vmcb.intercept4 |= SVM_I4_WBINVD | SVM_I4_MONITOR | SVM_I4_MWAIT;
	if (v->id == 0)
		lapic_x2apic_init(v);
}

/*
 * #VE with its information. A second one before TDG.VP.VEINFO.GET is a double
 * fault (TDX module base spec., "Virtualization exception").
 */
static void raise_ve(struct vcpu *v, struct ve_info info, u64 detail, enum cvmstat_op op)
{
	ledger_count(v->id, CVMSTAT_CLASS_VE, info.reason, detail, op);
	v->last_cpl = v->vmcb.save.cpl;
	if (v->ve_valid) {
		deliver_exception_zero(v, X86_TRAP_DF);
		return;
	}
	v->ve = info;
	v->ve_valid = true;
	deliver_exception(v, X86_TRAP_VE);
}

/* An instruction whose operands Linux finds in registers. */
static void raise_ve_simple(struct vcpu *v, u32 reason, u32 len, u64 detail)
{
	raise_ve(v, (struct ve_info){ .reason = reason, .instr_len = len }, detail,
		 CVMSTAT_OP_NONE);
}

/* Leaves that the module does not answer: the hypervisor's, and those it leaves open. */
static bool cpuid_is_ve(u32 leaf)
{
	static const u32 open[] = { 2, 3, 5, 6, 9, 0xc, 0xf, 0x10, 0x11, 0x12, 0x16, 0x17, 0x18,
				    0x1a, 0x1b, 0x20 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(open); i++)
		if (leaf == open[i])
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
		.qual = (SVM_IOIO_SIZE(info) - 1) | (in ? VE_QUAL_IO_IN : 0) |
			(info & SVM_IOIO_STRING ? VE_QUAL_IO_STRING : 0) |
			(info & SVM_IOIO_REP ? VE_QUAL_IO_REP : 0) |
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
		.qual = write ? VE_QUAL_EPT_WRITE : VE_QUAL_EPT_READ,
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

static void tdx_exit(struct vcpu *v, u64 code)
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
 * MSRs that the module virtualises itself, beside those that every platform
 * passes (TDX module base spec., "MSR virtualization"). The CPU that TCG offers
 * is AMD's, so Intel's own registers have fixed values here.
 */
static bool tdx_native_msr(struct vcpu *v, u32 msr, bool write, u64 *val)
{
	if (lapic_msr_is_virtual(msr) || (msr == MSR_APIC_BASE && !write))
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
		cpuid_hypervisor(leaf, false, r);
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
					  tsc_hz / (TDX_CRYSTAL_HZ / RATIO_DENOMINATOR),
					  TDX_CRYSTAL_HZ, 0 };
		break;
	case TDX_MAX_LEAF:
		*r = (struct cpuid_regs){ 0, 0x65746e49, 0x20202020, 0x5844546c };
		break;
	}
}

/* An AP in the firmware's hands polls the wakeup mailbox (ACPI 6.4, 5.2.12.19). */
static bool tdx_poll_start(struct vcpu *v)
{
	struct mp_wake_mailbox *m = (void *)boot_area->mailbox;

	if (__atomic_load_n(&m->command, __ATOMIC_ACQUIRE) != MP_WAKE_COMMAND ||
	    m->apic_id != v->apic_id)
		return false;
	lapic_x2apic_init(v);
	vcpu_set_long_mode(v, m->wakeup_vector, boot_cr3(), 0);
	v->hold = HOLD_NONE;
	__atomic_store_n(&m->command, 0, __ATOMIC_RELEASE);
	return true;
}

static void tdx_boot(struct boot_params *bp)
{
	(void)bp;
	boot_add_mp_wakeup();
}

const struct platform tdx_platform = {
	.name = "tdx",
	.shared_bit = GPA_TOP_BIT,
	.page_states = true,
	.boot = tdx_boot,
	.vcpu_init = tdx_vcpu_init,
	.exit = tdx_exit,
	.opcode = tdx_opcode,
	.native_msr = tdx_native_msr,
	.bad_access = tdx_bad_access,
	.cpuid = tdx_cpuid,
	.poll_start = tdx_poll_start,
};
