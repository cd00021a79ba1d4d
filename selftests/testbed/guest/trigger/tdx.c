// SPDX-License-Identifier: GPL-2.0
/*
 * TDCALLs by hand: TDVMCALLs without a #VE before them (GHCI 3), and module
 * calls that Linux makes at boot only (TDX module ABI specification).
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "trigger.h"

enum tdcall_leaf {
	TDCALL_VP_VMCALL	= 0,
	TDCALL_VP_INFO		= 1,
	TDCALL_RTMR_EXTEND	= 2,
	TDCALL_VM_RD		= 7,
};

enum tdvmcall_function {
	TDVMCALL_CPUID		= 10,
	TDVMCALL_IO		= 30,
	TDVMCALL_RDMSR		= 31,
	TDVMCALL_WRMSR		= 32,
	TDVMCALL_MMIO		= 48,
	TDVMCALL_GET_INFO	= 0x10000,
	TDVMCALL_GET_QUOTE	= 0x10002,
	TDVMCALL_REPORT_FATAL	= 0x10003,
	TDVMCALL_SETUP_NOTIFY	= 0x10004,
	TDVMCALL_SERVICE	= 0x10005,
};

struct tdcall_registers {
	u64 rcx, rdx, r8, r9, r10, r11, r12, r13, r14, r15;
};

/* RCX of TDG.VP.VMCALL: the registers that the hypervisor sees, R10-R15. */
#define EXPOSED_REGISTERS	0xfc00

static void tdcall(enum tdcall_leaf leaf, const struct tdcall_registers *in)
{
	register u64 rax asm("rax") = leaf;
	register u64 rcx asm("rcx") = in->rcx;
	register u64 rdx asm("rdx") = in->rdx;
	register u64 r8 asm("r8") = in->r8;
	register u64 r9 asm("r9") = in->r9;
	register u64 r10 asm("r10") = in->r10;
	register u64 r11 asm("r11") = in->r11;
	register u64 r12 asm("r12") = in->r12;
	register u64 r13 asm("r13") = in->r13;
	register u64 r14 asm("r14") = in->r14;
	register u64 r15 asm("r15") = in->r15;

	/* TDCALL; not every supported assembler knows its name. */
	asm volatile(".byte 0x66, 0x0f, 0x01, 0xcc"
		     : "+r" (rax), "+r" (rcx), "+r" (rdx), "+r" (r8),
		       "+r" (r9), "+r" (r10), "+r" (r11), "+r" (r12),
		       "+r" (r13), "+r" (r14), "+r" (r15)
		     : : "memory");
}

static void tdvmcalls(unsigned long n, enum tdvmcall_function function,
		      u64 r12, u64 r13, u64 r14, u64 r15)
{
	const struct tdcall_registers registers = {
		.rcx = EXPOSED_REGISTERS, .r11 = function,
		.r12 = r12, .r13 = r13, .r14 = r14, .r15 = r15,
	};

	while (n--)
		tdcall(TDCALL_VP_VMCALL, &registers);
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

static void run_vendor(unsigned long n, u64 arg)
{
	const struct tdcall_registers registers = {
		.rcx = EXPOSED_REGISTERS, .r10 = arg,
	};

	while (n--)
		tdcall(TDCALL_VP_VMCALL, &registers);
}

static void run_vp_info(unsigned long n, u64 arg)
{
	const struct tdcall_registers registers = { 0 };

	while (n--)
		tdcall(TDCALL_VP_INFO, &registers);
}

static void run_vm_rd(unsigned long n, u64 arg)
{
	const struct tdcall_registers registers = { .rdx = arg };

	while (n--)
		tdcall(TDCALL_VM_RD, &registers);
}

/* Extends the last RTMR, which is the running system's to use. */
static void run_rtmr_extend(unsigned long n, u64 arg)
{
	static u8 digest[64] __aligned(64);
	const struct tdcall_registers registers = {
		.rcx = slow_virt_to_phys(digest), .rdx = 3,
	};

	while (n--)
		tdcall(TDCALL_RTMR_EXTEND, &registers);
}

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
	{ }
};
