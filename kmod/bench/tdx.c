// SPDX-License-Identifier: GPL-2.0
/*
 * TDCALLs. Two are made here, by hand, as Linux does not export its way to make
 * them: the counting module does not see those.
 */
#include <linux/slab.h>
#include <asm/tdx.h>

#include "bench.h"

/* TDX module ABI specification, TDG.MR.REPORT: sizes, which are alignments. */
#define REPORTDATA_SIZE	64
#define REPORT_SIZE	1024

/* GHCI 2.4.1: R10 to R15 are the hypervisor's to see. */
#define EXPOSED_R10_R15	0xfc00

static const char *tdx_why_not(void)
{
	return bench_on(CVM_ON_TDX) ? NULL : "not a TDX guest";
}

/* What a TDCALL takes in and gives back, but for RAX. */
struct tdcall_regs {
	u64 rcx, rdx, r8, r9, r10, r11, r12, r13, r14, r15;
};

/*
 * The module and the hypervisor may change these registers and no others
 * (GHCI 2.4.1; TDX module ABI specification, TDG.VP.VMCALL).
 */
static u64 tdcall(u64 leaf, struct tdcall_regs *regs)
{
	register u64 rax asm("rax") = leaf;
	register u64 rcx asm("rcx") = regs->rcx;
	register u64 rdx asm("rdx") = regs->rdx;
	register u64 r8 asm("r8") = regs->r8;
	register u64 r9 asm("r9") = regs->r9;
	register u64 r10 asm("r10") = regs->r10;
	register u64 r11 asm("r11") = regs->r11;
	register u64 r12 asm("r12") = regs->r12;
	register u64 r13 asm("r13") = regs->r13;
	register u64 r14 asm("r14") = regs->r14;
	register u64 r15 asm("r15") = regs->r15;

	/* TDCALL; not every assembler knows the name. */
	asm volatile(".byte 0x66, 0x0f, 0x01, 0xcc"
		     : "+r" (rax), "+r" (rcx), "+r" (rdx), "+r" (r8), "+r" (r9),
		       "+r" (r10), "+r" (r11), "+r" (r12), "+r" (r13),
		       "+r" (r14), "+r" (r15)
		     : : "memory");
	regs->r10 = r10;
	return rax;
}

static void vp_info_once(struct bench_env *env)
{
	struct tdcall_regs regs = { 0 };

	if (tdcall(CVMSTAT_TDCALL_VP_INFO, &regs))
		env->error = -EIO;
}

/* The same request as that of cpuid-host, without the #VE. */
static void tdvmcall_once(struct bench_env *env)
{
	struct tdcall_regs regs = {
		.rcx = EXPOSED_R10_R15,
		.r11 = CVMSTAT_TDVMCALL_CPUID,
		.r12 = 0x40000000,
	};

	if (tdcall(CVMSTAT_TDCALL_VP_VMCALL, &regs) || regs.r10)
		env->error = -EIO;
}

#ifdef CVM_TDX_KNOWN

static struct {
	u8 *data;
	u8 *report;
} mr;

static void report_teardown(struct bench_env *env)
{
	kfree(mr.data);
	kfree(mr.report);
}

static int report_setup(struct bench_env *env)
{
	mr.data = kzalloc(REPORTDATA_SIZE, GFP_KERNEL);
	mr.report = kzalloc(REPORT_SIZE, GFP_KERNEL);
	if (mr.data && mr.report)
		return 0;
	report_teardown(env);
	return -ENOMEM;
}

static void report_once(struct bench_env *env)
{
	if (tdx_mcall_get_report0(mr.data, mr.report))
		env->error = -EIO;
}

#else

static int report_setup(struct bench_env *env)
{
	return -EOPNOTSUPP;
}

static void report_once(struct bench_env *env)
{
}

static void report_teardown(struct bench_env *env)
{
}

#endif /* CVM_TDX_KNOWN */

const struct bench_trigger bench_tdx_triggers[] = {
	{
		.name = "tdcall-vp-info",
		.what = "TDG.VP.INFO, a module call that the hypervisor does not see",
		.flags = CVMSTAT_BENCH_UNSEEN,
		.expect = {
			BENCH_CAUSES(CVM_ON_TDX, CVMSTAT_CLASS_TDCALL, CVMSTAT_TDCALL_VP_INFO),
		},
		.why_not = tdx_why_not,
		.once = vp_info_once,
	}, {
		.name = "tdcall-mr-report",
		.what = "TDG.MR.REPORT, a module call that makes a report",
		.expect = {
			BENCH_CAUSES(CVM_ON_TDX, CVMSTAT_CLASS_TDCALL, CVMSTAT_TDCALL_MR_REPORT),
		},
		.why_not = tdx_why_not,
		.setup = report_setup,
		.once = report_once,
		.teardown = report_teardown,
	}, {
		.name = "tdvmcall-cpuid",
		.what = "the TDVMCALL of cpuid-host made directly, without a #VE before it",
		.flags = CVMSTAT_BENCH_UNSEEN,
		.expect = {
			BENCH_CAUSES(CVM_ON_TDX, CVMSTAT_CLASS_TDVMCALL, CVMSTAT_TDVMCALL_CPUID),
		},
		.why_not = tdx_why_not,
		.once = tdvmcall_once,
	},
	{}
};
