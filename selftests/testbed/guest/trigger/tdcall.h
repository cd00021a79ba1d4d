/* SPDX-License-Identifier: GPL-2.0 */
/* TDCALL by hand (TDX module ABI specification, and GHCI 3). */
#ifndef CVMBED_TDCALL_H
#define CVMBED_TDCALL_H

#include <linux/types.h>

enum tdcall_leaf {
	TDCALL_VP_VMCALL	= 0,
	TDCALL_VP_INFO		= 1,
	TDCALL_RTMR_EXTEND	= 2,
	TDCALL_VEINFO_GET	= 3,
	TDCALL_MR_REPORT	= 4,
	TDCALL_PAGE_ACCEPT	= 6,
	TDCALL_VM_RD		= 7,
	TDCALL_VM_WR		= 8,
	TDCALL_VP_RD		= 9,
};

enum tdvmcall_function {
	TDVMCALL_CPUID		= 10,
	TDVMCALL_IO		= 30,
	TDVMCALL_RDMSR		= 31,
	TDVMCALL_WRMSR		= 32,
	TDVMCALL_MMIO		= 48,
	TDVMCALL_GET_INFO	= 0x10000,
	TDVMCALL_MAP_GPA	= 0x10001,
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

#define TDX_SHARED_BIT		BIT_ULL(39)

/* Registers in and out; returns RAX. */
static inline u64 tdcall(enum tdcall_leaf leaf, struct tdcall_registers *r)
{
	register u64 rax asm("rax") = leaf;
	register u64 rcx asm("rcx") = r->rcx;
	register u64 rdx asm("rdx") = r->rdx;
	register u64 r8 asm("r8") = r->r8;
	register u64 r9 asm("r9") = r->r9;
	register u64 r10 asm("r10") = r->r10;
	register u64 r11 asm("r11") = r->r11;
	register u64 r12 asm("r12") = r->r12;
	register u64 r13 asm("r13") = r->r13;
	register u64 r14 asm("r14") = r->r14;
	register u64 r15 asm("r15") = r->r15;

	/* TDCALL; not every supported assembler knows its name. */
	asm volatile(".byte 0x66, 0x0f, 0x01, 0xcc"
		     : "+r" (rax), "+r" (rcx), "+r" (rdx), "+r" (r8),
		       "+r" (r9), "+r" (r10), "+r" (r11), "+r" (r12),
		       "+r" (r13), "+r" (r14), "+r" (r15)
		     : : "memory");
	*r = (struct tdcall_registers) { rcx, rdx, r8, r9, r10, r11, r12, r13,
					 r14, r15 };
	return rax;
}

/* Its arguments and answers are in @r; returns R10, the hypervisor's status. */
static inline u64 tdvmcall(u64 function, struct tdcall_registers *r)
{
	r->rcx = EXPOSED_REGISTERS;
	r->r10 = 0;
	r->r11 = function;
	tdcall(TDCALL_VP_VMCALL, r);
	return r->r10;
}

#endif /* CVMBED_TDCALL_H */
