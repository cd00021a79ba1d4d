// SPDX-License-Identifier: GPL-2.0
/* Instructions that trap by themselves. */
#include <linux/kvm_para.h>
#include <asm/asm.h>
#include <asm/cpuid/api.h>
#include <asm/hypervisor.h>
#include <asm/irqflags.h>
#include <asm/special_insns.h>

#include "cause.h"

/* Any hypervisor keeps it from the guest: the level of the microcode. */
#define TRAPPED_MSR	MSR_IA32_UCODE_REV

static void nothing(struct cause_env *env)
{
}

/*
 * An SNP guest answers CPUID from a page of its own, but for what differs
 * between CPUs: leaf 1 has the APIC ID (APM vol. 2 15.34.11).
 */
static void cpuid_host_begin(struct cause_env *env)
{
	env->arg = cause_platform == CVMSTAT_PLATFORM_SNP ? 1 : 0x40000000;
}

static void cpuid_once(struct cause_env *env)
{
	u32 a, b, c, d;

	cpuid_count(env->arg, 0, &a, &b, &c, &d);
}

static const char *msr_why_not(void)
{
	u64 val;

	return rdmsrq_safe(TRAPPED_MSR, &val) ?
		"the hypervisor refuses MSR 0x8b" : NULL;
}

static int wrmsr_setup(struct cause_env *env)
{
	return rdmsrq_safe(env->arg, &env->value);
}

/* A refused one is an exit, too. */
static void rdmsr_once(struct cause_env *env)
{
	u64 val;

	env->error = rdmsrq_safe(env->arg, &val);
}

static void wrmsr_once(struct cause_env *env)
{
	env->error = wrmsrq_safe(env->arg, env->value);
}

static const char *wbinvd_why_not(void)
{
	return cause_on(CVM_ON_TDX) ?
		"Linux has no answer to the #VE of WBINVD: it would panic" : NULL;
}

static void wbinvd_once(struct cause_env *env)
{
	wbinvd();
}

/* Counter 0. Without a PMU that is an exception, which must not be fatal. */
static int rdpmc_safe(void)
{
	u32 low, high;
	int error = -EIO;

	asm volatile("1: rdpmc\n\t"
		     "xor %[error], %[error]\n"
		     "2:\n" _ASM_EXTABLE(1b, 2b)
		     : "=a" (low), "=d" (high), [error] "+r" (error)
		     : "c" (0));
	return error;
}

static const char *rdpmc_why_not(void)
{
	return rdpmc_safe() ? "there is no performance counter 0" : NULL;
}

static void rdpmc_once(struct cause_env *env)
{
	env->error = rdpmc_safe();
}

static void rdtsc_once(struct cause_env *env)
{
	rdtsc();
}

static void rdtscp_once(struct cause_env *env)
{
	u32 low, high, aux;

	asm volatile("rdtscp" : "=a" (low), "=d" (high), "=c" (aux));
}

static u64 read_dr7(void)
{
	u64 val;

	asm volatile("mov %%db7, %0" : "=r" (val));
	return val;
}

static void dr7_begin(struct cause_env *env)
{
	env->value = read_dr7();
}

static void read_dr7_once(struct cause_env *env)
{
	read_dr7();
}

static void write_dr7_once(struct cause_env *env)
{
	asm volatile("mov %0, %%db7" : : "r" (env->value) : "memory");
}

static u8 monitored[64];

static void monitor_once(struct cause_env *env)
{
	asm volatile("monitor" : : "a" (monitored), "c" (0), "d" (0));
}

static void mwait_once(struct cause_env *env)
{
	asm volatile("mwait" : : "a" (0), "c" (0));
}

/*
 * The way in which the idle loop halts. A halt needs an interrupt to end it,
 * so this one has them on while it waits; what those interrupts cost comes on
 * top, but no halt of theirs.
 */
static void halt_once(struct cause_env *env)
{
	raw_safe_halt();
	raw_local_irq_disable();
}

/* The bare instruction: a TDX guest's idle loop avoids it, and its #VE. */
static void hlt_once(struct cause_env *env)
{
	asm volatile("sti; hlt" : : : "memory");
	raw_local_irq_disable();
}

static const char *hypercall_why_not(void)
{
	if (hypervisor_is_type(X86_HYPER_KVM) ||
	    (hypervisor_is_type(X86_HYPER_MS_HYPERV) && boot_cpu_has(X86_FEATURE_VMMCALL)))
		return NULL;
	return "a hypercall that does nothing is known of KVM, and on AMD of Hyper-V, only";
}

/* Hyper-V has no call of such a low number: TLFS, "Hypercall reference". */
static void hyperv_hypercall(u64 control)
{
	u64 status, input = 0;

	asm volatile("vmmcall"
		     : "=a" (status), "+c" (control), "+d" (input)
		     : : "cc", "memory", "r8", "r9", "r10", "r11");
}

static void hypercall_once(struct cause_env *env)
{
	if (hypervisor_is_type(X86_HYPER_MS_HYPERV))
		hyperv_hypercall(env->arg);
	else
		kvm_hypercall0(env->arg);
}

const struct cause causes_insn[] = {
	{
		.name = "nothing",
		.what = "no operation: what measuring adds to all others",
		.once = nothing,
	}, {
		.name = "cpuid",
		.once = cpuid_once,
	}, {
		.name = "cpuid-local",
		.what = "CPUID leaf 0, which SNP and TDX guests answer without an exit",
		.expect = {
			CAUSES(CVM_ON_SEV, CVMSTAT_CLASS_VC, CVMSTAT_SVM_CPUID),
			CAUSES(CVM_ON_SEV_ES, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_CPUID),
		},
		.once = cpuid_once,
	}, {
		.name = "cpuid-host",
		.twin = "tdvmcall-cpuid",
		.what = "CPUID of a leaf that the hypervisor answers (SNP: 1, else 0x40000000)",
		.expect = {
			CAUSES_VC_EXIT(CVMSTAT_SVM_CPUID, CVMSTAT_SVM_CPUID),
			CAUSES_VE_EXIT(CVMSTAT_VE_CPUID, CVMSTAT_TDVMCALL_CPUID),
		},
		.begin = cpuid_host_begin,
		.once = cpuid_once,
	}, {
		.name = "rdmsr",
		.twin = "tdvmcall-rdmsr",
		.what = "RDMSR of a trapped MSR, 0x8b (microcode level)",
		.expect = {
			CAUSES_VC_EXIT(CVMSTAT_SVM_MSR, CVMSTAT_SVM_MSR),
			CAUSES_VE_EXIT(CVMSTAT_VE_RDMSR, CVMSTAT_TDVMCALL_RDMSR),
		},
		.arg = TRAPPED_MSR,
		.why_not = msr_why_not,
		.once = rdmsr_once,
	}, {
		.name = "wrmsr",
		.twin = "tdvmcall-wrmsr",
		.what = "WRMSR of a trapped MSR, 0x8b, with the value that it has",
		.expect = {
			CAUSES_VC_EXIT(CVMSTAT_SVM_MSR, CVMSTAT_SVM_MSR),
			CAUSES_VE_EXIT(CVMSTAT_VE_WRMSR, CVMSTAT_TDVMCALL_WRMSR),
		},
		.arg = TRAPPED_MSR,
		.why_not = msr_why_not,
		.setup = wrmsr_setup,
		.once = wrmsr_once,
	}, {
		.name = "rdtsc",
		.once = rdtsc_once,
	}, {
		.name = "rdtscp",
		.once = rdtscp_once,
	}, {
		.name = "wbinvd",
		.what = "WBINVD, at most 100 times: on hardware it empties the caches",
		.platforms = CVM_ON_UNTRAPPED | CVM_ON_SEV,
		.max_iterations = 100,
		.expect = { CAUSES_VC_EXIT(CVMSTAT_SVM_WBINVD, CVMSTAT_SVM_WBINVD) },
		.why_not = wbinvd_why_not,
		.once = wbinvd_once,
	}, {
		.name = "rdpmc",
		.what = "RDPMC of counter 0",
		.expect = { CAUSES_VC_EXIT(CVMSTAT_SVM_RDPMC, CVMSTAT_SVM_RDPMC) },
		.why_not = rdpmc_why_not,
		.once = rdpmc_once,
	}, {
		.name = "dr7-read",
		.what = "read of DR7, which SEV guests answer from a copy",
		.expect = {
			CAUSES(CVM_ON_SEV, CVMSTAT_CLASS_VC, CVMSTAT_SVM_DR7_READ),
		},
		.once = read_dr7_once,
	}, {
		.name = "dr7-write",
		.what = "write of DR7 with the value that it has",
		.expect = { CAUSES_VC_EXIT(CVMSTAT_SVM_DR7_WRITE, CVMSTAT_SVM_DR7_WRITE) },
		.begin = dr7_begin,
		.once = write_dr7_once,
	}, {
		.name = "monitor",
		.platforms = CVM_ON_SEV,
		.once = monitor_once,
	}, {
		.name = "mwait",
		.platforms = CVM_ON_SEV,
		.once = mwait_once,
	}, {
		.name = "halt",
		.once = halt_once,
	}, {
		.name = "hlt",
		.once = hlt_once,
	}, {
		.name = "hypercall",
		.what = "VMMCALL or VMCALL, in a TD a vendor's TDVMCALL, that does nothing",
		.expect = {
			CAUSES_VC_EXIT(CVMSTAT_SVM_VMMCALL, CVMSTAT_SVM_VMMCALL),
			CAUSES(CVM_ON_TDX, CVMSTAT_CLASS_TDVMCALL, CVMSTAT_TDVMCALL_VENDOR),
		},
		/* Asks KVM to look for interrupts, which it does anyway. */
		.arg = KVM_HC_VAPIC_POLL_IRQ,
		.why_not = hypercall_why_not,
		.once = hypercall_once,
	},
	{}
};
