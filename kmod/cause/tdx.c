// SPDX-License-Identifier: GPL-2.0
/*
 * TDCALLs by hand: TDVMCALLs without a #VE before them (GHCI 3), and calls of
 * the module. The counting module does not see those.
 */
#include <linux/io.h>
#include <linux/slab.h>
#include <asm/pgtable_types.h>
#include <asm/tdx.h>

#include "cause.h"
#include "tdcall.h"

/* TDX module ABI specification, TDG.MR.REPORT: sizes, which are alignments. */
#define REPORTDATA_SIZE	64
#define REPORT_SIZE	1024

/* TDG.MR.RTMR.EXTEND: the last register is the running system's to use. */
#define RTMR_LAST	3
#define RTMR_ALIGN	64

/* A status other than 0 is a refusal, which is an exit as well. */
static void call_hypervisor(struct cause_env *env, u64 function, u64 r12, u64 r13, u64 r14)
{
	struct tdcall_regs regs = { .r12 = r12, .r13 = r13, .r14 = r14 };

	if (tdvmcall(function, &regs))
		env->error = -EIO;
}

static void call_cpuid_once(struct cause_env *env)
{
	call_hypervisor(env, CVMSTAT_TDVMCALL_CPUID, env->arg, 0, 0);
}

/* Of one byte. */
static void call_in_once(struct cause_env *env)
{
	call_hypervisor(env, CVMSTAT_TDVMCALL_IO, 1, TDVMCALL_READ, env->arg);
}

static void call_out_once(struct cause_env *env)
{
	call_hypervisor(env, CVMSTAT_TDVMCALL_IO, 1, TDVMCALL_WRITE, env->arg);
}

static void call_rdmsr_once(struct cause_env *env)
{
	call_hypervisor(env, CVMSTAT_TDVMCALL_RDMSR, env->arg, 0, 0);
}

static void call_wrmsr_once(struct cause_env *env)
{
	call_hypervisor(env, CVMSTAT_TDVMCALL_WRMSR, env->arg, env->value, 0);
}

/* Of four bytes. */
static void call_mmio_read_once(struct cause_env *env)
{
	call_hypervisor(env, CVMSTAT_TDVMCALL_MMIO, 4, TDVMCALL_READ, env->arg);
}

static void call_mmio_write_once(struct cause_env *env)
{
	call_hypervisor(env, CVMSTAT_TDVMCALL_MMIO, 4, TDVMCALL_WRITE, env->arg);
}

static void get_info_once(struct cause_env *env)
{
	call_hypervisor(env, CVMSTAT_TDVMCALL_GET_INFO, 0, 0, 0);
}

/* Without a buffer in shared memory it is refused. */
static void get_quote_once(struct cause_env *env)
{
	call_hypervisor(env, CVMSTAT_TDVMCALL_GET_QUOTE, env->arg, PAGE_SIZE, 0);
}

static void setup_notify_once(struct cause_env *env)
{
	call_hypervisor(env, CVMSTAT_TDVMCALL_SETUP_NOTIFY, env->arg, 0, 0);
}

static void service_once(struct cause_env *env)
{
	call_hypervisor(env, CVMSTAT_TDVMCALL_SERVICE, 0, 0, 0);
}

static void vendor_once(struct cause_env *env)
{
	struct tdcall_regs regs = { .rcx = TDVMCALL_EXPOSED, .r10 = env->arg };

	tdcall(CVMSTAT_TDCALL_VP_VMCALL, &regs);
}

static void call_module(struct cause_env *env, u64 leaf, u64 rcx, u64 rdx)
{
	struct tdcall_regs regs = { .rcx = rcx, .rdx = rdx };

	if (tdcall(leaf, &regs))
		env->error = -EIO;
}

static void vp_info_once(struct cause_env *env)
{
	call_module(env, CVMSTAT_TDCALL_VP_INFO, 0, 0);
}

static void vm_rd_once(struct cause_env *env)
{
	call_module(env, CVMSTAT_TDCALL_VM_RD, 0, env->arg);
}

/* With a mask of no bits, nothing is written. */
static void vm_wr_once(struct cause_env *env)
{
	call_module(env, CVMSTAT_TDCALL_VM_WR, 0, env->arg);
}

static void rtmr_extend_once(struct cause_env *env)
{
	static u8 digest[RTMR_ALIGN] __aligned(RTMR_ALIGN);

	call_module(env, CVMSTAT_TDCALL_RTMR_EXTEND, slow_virt_to_phys(digest), RTMR_LAST);
}

#ifdef CVM_TDX_KNOWN

static struct {
	u8 *data;
	u8 *report;
} mr;

static void report_teardown(struct cause_env *env)
{
	kfree(mr.data);
	kfree(mr.report);
}

static int report_setup(struct cause_env *env)
{
	mr.data = kzalloc(REPORTDATA_SIZE, GFP_KERNEL);
	mr.report = kzalloc(REPORT_SIZE, GFP_KERNEL);
	if (mr.data && mr.report)
		return 0;
	report_teardown(env);
	return -ENOMEM;
}

static void report_once(struct cause_env *env)
{
	if (tdx_mcall_get_report0(mr.data, mr.report))
		env->error = -EIO;
}

#else

static int report_setup(struct cause_env *env)
{
	return -EOPNOTSUPP;
}

static void report_once(struct cause_env *env)
{
}

static void report_teardown(struct cause_env *env)
{
}

#endif /* CVM_TDX_KNOWN */

#define BY_HAND(_name, _once) \
	{ .name = _name, .platforms = CVM_ON_TDX, .once = _once }

const struct cause causes_tdx[] = {
	{
		.name = "tdcall-vp-info",
		.what = "TDG.VP.INFO, a module call that the hypervisor does not see",
		.platforms = CVM_ON_TDX,
		.flags = CVMSTAT_BENCH_UNSEEN,
		.expect = {
			CAUSES(CVM_ON_TDX, CVMSTAT_CLASS_TDCALL, CVMSTAT_TDCALL_VP_INFO),
		},
		.once = vp_info_once,
	}, {
		.name = "tdcall-mr-report",
		.what = "TDG.MR.REPORT, a module call that makes a report",
		.platforms = CVM_ON_TDX,
		.expect = {
			CAUSES(CVM_ON_TDX, CVMSTAT_CLASS_TDCALL, CVMSTAT_TDCALL_MR_REPORT),
		},
		.setup = report_setup,
		.once = report_once,
		.teardown = report_teardown,
	},
	BY_HAND("tdcall-vm-rd", vm_rd_once),
	BY_HAND("tdcall-vm-wr", vm_wr_once),
	BY_HAND("tdcall-rtmr-extend", rtmr_extend_once),
	{
		/* The same request as that of cpuid-host, without the #VE. */
		.name = "tdvmcall-cpuid",
		.what = "the TDVMCALL of cpuid-host made directly, without a #VE before it",
		.arg = 0x40000000,
		.platforms = CVM_ON_TDX,
		.flags = CVMSTAT_BENCH_UNSEEN,
		.expect = {
			CAUSES(CVM_ON_TDX, CVMSTAT_CLASS_TDVMCALL, CVMSTAT_TDVMCALL_CPUID),
		},
		.once = call_cpuid_once,
	},
	BY_HAND("tdvmcall-in", call_in_once),
	BY_HAND("tdvmcall-out", call_out_once),
	BY_HAND("tdvmcall-rdmsr", call_rdmsr_once),
	BY_HAND("tdvmcall-wrmsr", call_wrmsr_once),
	BY_HAND("tdvmcall-mmio-read", call_mmio_read_once),
	BY_HAND("tdvmcall-mmio-write", call_mmio_write_once),
	BY_HAND("tdvmcall-get-info", get_info_once),
	BY_HAND("tdvmcall-get-quote", get_quote_once),
	BY_HAND("tdvmcall-notify", setup_notify_once),
	BY_HAND("tdvmcall-service", service_once),
	BY_HAND("tdvmcall-vendor", vendor_once),
	{}
};
