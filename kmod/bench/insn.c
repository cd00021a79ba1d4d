// SPDX-License-Identifier: GPL-2.0
/* Instructions that trap by themselves. */
#include <linux/kvm_para.h>
#include <asm/asm.h>
#include <asm/cpuid/api.h>
#include <asm/hypervisor.h>
#include <asm/special_insns.h>

#include "bench.h"

/* Any hypervisor keeps it from the guest: the level of the microcode. */
#define TRAPPED_MSR	MSR_IA32_UCODE_REV

static void nothing(struct bench_env *env)
{
}

/*
 * An SNP guest answers CPUID from a page of its own, but for what differs
 * between CPUs: leaf 1 has the APIC ID (APM vol. 2 15.34.11).
 */
static void cpuid_host_begin(struct bench_env *env)
{
	env->reg = bench_platform == CVMSTAT_PLATFORM_SNP ? 1 : 0x40000000;
}

static void cpuid_once(struct bench_env *env)
{
	u32 a, b, c, d;

	cpuid_count(env->reg, 0, &a, &b, &c, &d);
}

static const char *msr_why_not(void)
{
	u64 val;

	return rdmsrq_safe(TRAPPED_MSR, &val) ?
		"the hypervisor refuses MSR 0x8b" : NULL;
}

static int msr_setup(struct bench_env *env)
{
	env->reg = TRAPPED_MSR;
	return rdmsrq_safe(TRAPPED_MSR, &env->value);
}

static void rdmsr_once(struct bench_env *env)
{
	u64 val;

	env->error = rdmsrq_safe(env->reg, &val);
}

static void wrmsr_once(struct bench_env *env)
{
	env->error = wrmsrq_safe(env->reg, env->value);
}

static const char *wbinvd_why_not(void)
{
	return bench_on(CVM_ON_TDX) ?
		"Linux has no answer to the #VE of WBINVD: it would panic" : NULL;
}

static void wbinvd_once(struct bench_env *env)
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

static void rdpmc_once(struct bench_env *env)
{
	env->error = rdpmc_safe();
}

static u64 read_dr7(void)
{
	u64 val;

	asm volatile("mov %%db7, %0" : "=r" (val));
	return val;
}

static void dr7_begin(struct bench_env *env)
{
	env->value = read_dr7();
}

static void read_dr7_once(struct bench_env *env)
{
	read_dr7();
}

static void write_dr7_once(struct bench_env *env)
{
	asm volatile("mov %0, %%db7" : : "r" (env->value) : "memory");
}

static const char *hypercall_why_not(void)
{
	return hypervisor_is_type(X86_HYPER_KVM) ? NULL :
		"a hypercall that does nothing is known of KVM only";
}

/* Asks KVM to look for interrupts, which it does anyway. */
static void hypercall_once(struct bench_env *env)
{
	kvm_hypercall0(KVM_HC_VAPIC_POLL_IRQ);
}

const struct bench_trigger bench_insn_triggers[] = {
	{
		.name = "nothing",
		.what = "no operation: what measuring adds to all others",
		.once = nothing,
	}, {
		.name = "cpuid-local",
		.what = "CPUID leaf 0, which SNP and TDX guests answer without an exit",
		.expect = {
			BENCH_CAUSES(CVM_ON_SEV, CVMSTAT_CLASS_VC, CVMSTAT_SVM_CPUID),
			BENCH_CAUSES(CVM_ON_SEV_ES, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_CPUID),
		},
		.once = cpuid_once,
	}, {
		.name = "cpuid-host",
		.what = "CPUID of a leaf that the hypervisor answers (SNP: 1, else 0x40000000)",
		.expect = {
			BENCH_VC_EXIT(CVMSTAT_SVM_CPUID, CVMSTAT_SVM_CPUID),
			BENCH_VE_EXIT(CVMSTAT_VE_CPUID, CVMSTAT_TDVMCALL_CPUID),
		},
		.begin = cpuid_host_begin,
		.once = cpuid_once,
	}, {
		.name = "rdmsr",
		.what = "RDMSR of a trapped MSR, 0x8b (microcode level)",
		.expect = {
			BENCH_VC_EXIT(CVMSTAT_SVM_MSR, CVMSTAT_SVM_MSR),
			BENCH_VE_EXIT(CVMSTAT_VE_RDMSR, CVMSTAT_TDVMCALL_RDMSR),
		},
		.why_not = msr_why_not,
		.setup = msr_setup,
		.once = rdmsr_once,
	}, {
		.name = "wrmsr",
		.what = "WRMSR of a trapped MSR, 0x8b, with the value that it has",
		.expect = {
			BENCH_VC_EXIT(CVMSTAT_SVM_MSR, CVMSTAT_SVM_MSR),
			BENCH_VE_EXIT(CVMSTAT_VE_WRMSR, CVMSTAT_TDVMCALL_WRMSR),
		},
		.why_not = msr_why_not,
		.setup = msr_setup,
		.once = wrmsr_once,
	}, {
		.name = "wbinvd",
		.what = "WBINVD, at most 100 times: on hardware it empties the caches",
		.max_iterations = 100,
		.expect = { BENCH_VC_EXIT(CVMSTAT_SVM_WBINVD, CVMSTAT_SVM_WBINVD) },
		.why_not = wbinvd_why_not,
		.once = wbinvd_once,
	}, {
		.name = "rdpmc",
		.what = "RDPMC of counter 0",
		.expect = { BENCH_VC_EXIT(CVMSTAT_SVM_RDPMC, CVMSTAT_SVM_RDPMC) },
		.why_not = rdpmc_why_not,
		.once = rdpmc_once,
	}, {
		.name = "dr7-read",
		.what = "read of DR7, which SEV guests answer from a copy",
		.expect = {
			BENCH_CAUSES(CVM_ON_SEV, CVMSTAT_CLASS_VC, CVMSTAT_SVM_DR7_READ),
		},
		.once = read_dr7_once,
	}, {
		.name = "dr7-write",
		.what = "write of DR7 with the value that it has",
		.expect = { BENCH_VC_EXIT(CVMSTAT_SVM_DR7_WRITE, CVMSTAT_SVM_DR7_WRITE) },
		.begin = dr7_begin,
		.once = write_dr7_once,
	}, {
		.name = "hypercall",
		.what = "VMMCALL or VMCALL, in a TD a vendor's TDVMCALL, that does nothing",
		.expect = {
			BENCH_VC_EXIT(CVMSTAT_SVM_VMMCALL, CVMSTAT_SVM_VMMCALL),
			BENCH_CAUSES(CVM_ON_TDX, CVMSTAT_CLASS_TDVMCALL, CVMSTAT_TDVMCALL_VENDOR),
		},
		.why_not = hypercall_why_not,
		.once = hypercall_once,
	},
	{}
};
