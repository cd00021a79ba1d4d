// SPDX-License-Identifier: GPL-2.0
/*
 * TDCALLs by hand: TDVMCALLs without a #VE before them (GHCI 3), and module
 * calls that Linux makes at boot only (TDX module ABI specification).
 */
#include <linux/io.h>
#include <linux/kdebug.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/apic.h>
#include <asm/cpuid/api.h>
#include <asm/trapnr.h>

#include "tdcall.h"
#include "trigger.h"

/* A leaf whose #VE Linux answers by TDVMCALL. */
#define VE_LEAF		0x40000000

static void tdvmcalls(unsigned long n, enum tdvmcall_function function,
		      u64 r12, u64 r13, u64 r14, u64 r15)
{
	struct tdcall_registers registers;

	while (n--) {
		registers = (struct tdcall_registers) {
			.r12 = r12, .r13 = r13, .r14 = r14, .r15 = r15,
		};
		tdvmcall(function, &registers);
	}
}

static void run_cpuid(unsigned long n, u64 arg)
{
	tdvmcalls(n, TDVMCALL_CPUID, arg, 0, 0, 0);
}

/* One byte; R13: 0 reads, 1 writes. */
static void run_in(unsigned long n, u64 arg)
{
	tdvmcalls(n, TDVMCALL_IO, 1, 0, arg, 0);
}

static void run_out(unsigned long n, u64 arg)
{
	tdvmcalls(n, TDVMCALL_IO, 1, 1, arg, 0);
}

static void run_rdmsr(unsigned long n, u64 arg)
{
	tdvmcalls(n, TDVMCALL_RDMSR, arg, 0, 0, 0);
}

static void run_wrmsr(unsigned long n, u64 arg)
{
	tdvmcalls(n, TDVMCALL_WRMSR, arg, 0, 0, 0);
}

static void run_mmio_read(unsigned long n, u64 arg)
{
	tdvmcalls(n, TDVMCALL_MMIO, 4, 0, arg, 0);
}

static void run_mmio_write(unsigned long n, u64 arg)
{
	tdvmcalls(n, TDVMCALL_MMIO, 4, 1, arg, 0);
}

static void run_get_info(unsigned long n, u64 arg)
{
	tdvmcalls(n, TDVMCALL_GET_INFO, 0, 0, 0, 0);
}

/* The host refuses a buffer in private memory; a refusal counts as well. */
static void run_get_quote(unsigned long n, u64 arg)
{
	tdvmcalls(n, TDVMCALL_GET_QUOTE, arg, PAGE_SIZE, 0, 0);
}

/* Error code 0, no message. */
static void run_fatal_error(unsigned long n, u64 arg)
{
	tdvmcalls(n, TDVMCALL_REPORT_FATAL, 0, 0, 0, 0);
}

static void run_setup_notify(unsigned long n, u64 arg)
{
	tdvmcalls(n, TDVMCALL_SETUP_NOTIFY, arg, 0, 0, 0);
}

static void run_service(unsigned long n, u64 arg)
{
	tdvmcalls(n, TDVMCALL_SERVICE, 0, 0, 0, 0);
}

static void tdcalls(unsigned long n, enum tdcall_leaf leaf,
		    struct tdcall_registers in)
{
	struct tdcall_registers registers;

	while (n--) {
		registers = in;
		tdcall(leaf, &registers);
	}
}

static void run_vendor(unsigned long n, u64 arg)
{
	tdcalls(n, TDCALL_VP_VMCALL, (struct tdcall_registers) {
		.rcx = EXPOSED_REGISTERS, .r10 = arg });
}

static void run_vp_info(unsigned long n, u64 arg)
{
	tdcalls(n, TDCALL_VP_INFO, (struct tdcall_registers) { 0 });
}

static void run_vm_rd(unsigned long n, u64 arg)
{
	tdcalls(n, TDCALL_VM_RD, (struct tdcall_registers) { .rdx = arg });
}

/* A field that there is not: nothing is written. */
static void run_vm_wr(unsigned long n, u64 arg)
{
	tdcalls(n, TDCALL_VM_WR, (struct tdcall_registers) { .rdx = arg });
}

/* Extends the last RTMR, which is the running system's to use. */
static void run_rtmr_extend(unsigned long n, u64 arg)
{
	static u8 digest[64] __aligned(64);

	tdcalls(n, TDCALL_RTMR_EXTEND, (struct tdcall_registers) {
		.rcx = slow_virt_to_phys(digest), .rdx = 3 });
}

static void run_private_access(unsigned long n, u64 arg)
{
	tdvmcalls(1, TDVMCALL_MAP_GPA, __pa(own_page) | TDX_SHARED_BIT, PAGE_SIZE,
		  0, 0);
	READ_ONCE(*(u8 *)own_page);
}

/* Private again, but not accepted. */
static void run_pending_access(unsigned long n, u64 arg)
{
	tdvmcalls(1, TDVMCALL_MAP_GPA, __pa(own_page) | TDX_SHARED_BIT, PAGE_SIZE,
		  0, 0);
	tdvmcalls(1, TDVMCALL_MAP_GPA, __pa(own_page), PAGE_SIZE, 0, 0);
	READ_ONCE(*(u8 *)own_page);
}

/*
 * What happens in the #VE handler before it asks for the #VE's information. It
 * does so in this function, and nowhere else at run time.
 */
static int before_veinfo_get(struct kprobe *probe, struct pt_regs *regs);

static struct kprobe veinfo_probe = {
	.symbol_name = "tdx_get_ve_info",
	.pre_handler = before_veinfo_get,
};

static enum { DO_NOTHING, DO_CPUID, DO_NMI } in_handler;

static int before_veinfo_get(struct kprobe *probe, struct pt_regs *regs)
{
	u64 self = (u64)raw_smp_processor_id() << 32;
	int what = in_handler;

	in_handler = DO_NOTHING;
	if (what == DO_CPUID)
		cpuid_eax(VE_LEAF);
	else if (what == DO_NMI)
		tdvmcalls(1, TDVMCALL_WRMSR, APIC_BASE_MSR + (APIC_ICR >> 4),
			  self | APIC_DM_NMI, 0, 0);
	return 0;
}

static int probe_veinfo(u64 arg)
{
	/* What an earlier registration has found. */
	veinfo_probe.addr = NULL;
	veinfo_probe.flags = 0;
	return register_kprobe(&veinfo_probe);
}

static void unprobe_veinfo(void)
{
	unregister_kprobe(&veinfo_probe);
}

/*
 * Asks in the handler's stead, or each port access of Linux's last words would
 * be a #VE too much, and a double fault again.
 */
static int at_double_fault(struct notifier_block *block, unsigned long event,
			   void *data)
{
	struct tdcall_registers registers = { 0 };
	const struct die_args *args = data;

	if (args->trapnr == X86_TRAP_DF)
		tdcall(TDCALL_VEINFO_GET, &registers);
	return NOTIFY_DONE;
}

static struct notifier_block double_fault_notifier = {
	.notifier_call = at_double_fault,
};

static int probe_for_double_fault(u64 arg)
{
	register_die_notifier(&double_fault_notifier);
	return probe_veinfo(arg);
}

static void unprobe_double_fault(void)
{
	unprobe_veinfo();
	unregister_die_notifier(&double_fault_notifier);
}

/* A second #VE there is a double fault, and Linux's end. */
static void run_second_ve(unsigned long n, u64 arg)
{
	in_handler = DO_CPUID;
	cpuid_eax(VE_LEAF);
}

/* An NMI there, whose handler has a #VE of its own: it has to wait. */
static void run_nmi_in_ve(unsigned long n, u64 arg)
{
	while (n--) {
		nmi_cpuid_leaf = VE_LEAF;
		expect_nmi();
		in_handler = DO_NMI;
		cpuid_eax(VE_LEAF);
		wait_for_nmi();
		nmi_cpuid_leaf = 0;
	}
}

#define ON_PAGE(_name, _run) { .name = _name, .platforms = ON_TDX,	\
	.prepare = take_page, .run = _run, .finish = give_page_back }

const struct trigger tdx_triggers[] = {
	{ .name = "tdvmcall-cpuid", .platforms = ON_TDX, .run = run_cpuid },
	{ .name = "tdvmcall-in", .platforms = ON_TDX, .run = run_in },
	{ .name = "tdvmcall-out", .platforms = ON_TDX, .run = run_out },
	{ .name = "tdvmcall-rdmsr", .platforms = ON_TDX, .run = run_rdmsr },
	{ .name = "tdvmcall-wrmsr", .platforms = ON_TDX, .run = run_wrmsr },
	{ .name = "tdvmcall-mmio-read", .platforms = ON_TDX,
	  .run = run_mmio_read },
	{ .name = "tdvmcall-mmio-write", .platforms = ON_TDX,
	  .run = run_mmio_write },
	{ .name = "tdvmcall-get-info", .platforms = ON_TDX,
	  .run = run_get_info },
	{ .name = "tdvmcall-get-quote", .platforms = ON_TDX,
	  .run = run_get_quote },
	{ .name = "fatal-error", .platforms = ON_TDX, .run = run_fatal_error },
	{ .name = "tdvmcall-notify", .platforms = ON_TDX,
	  .run = run_setup_notify },
	{ .name = "tdvmcall-service", .platforms = ON_TDX, .run = run_service },
	{ .name = "tdvmcall-vendor", .platforms = ON_TDX, .run = run_vendor },
	{ .name = "tdcall-vp-info", .platforms = ON_TDX, .run = run_vp_info },
	{ .name = "tdcall-vm-rd", .platforms = ON_TDX, .run = run_vm_rd },
	{ .name = "tdcall-rtmr-extend", .platforms = ON_TDX,
	  .run = run_rtmr_extend },
	{ .name = "tdcall-vm-wr", .platforms = ON_TDX, .run = run_vm_wr },
	ON_PAGE("private-access", run_private_access),
	ON_PAGE("pending-access", run_pending_access),
	{ .name = "second-ve", .platforms = ON_TDX,
	  .prepare = probe_for_double_fault, .run = run_second_ve,
	  .finish = unprobe_double_fault },
	{ .name = "nmi-in-ve", .platforms = ON_TDX, .prepare = probe_veinfo,
	  .run = run_nmi_in_ve, .finish = unprobe_veinfo },
	{ }
};
