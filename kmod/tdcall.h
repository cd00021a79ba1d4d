/* SPDX-License-Identifier: GPL-2.0 */
/* TDCALL by hand (TDX module ABI specification, and GHCI 3): Linux exports no way. */
#ifndef CVMSTAT_TDCALL_H
#define CVMSTAT_TDCALL_H

#include <linux/types.h>
#include <linux/cvmstat_codes.h>

/* What a TDCALL takes in and gives back, but for RAX. */
struct tdcall_regs {
	u64 rcx, rdx, r8, r9, r10, r11, r12, r13, r14, r15;
};

/* RCX of TDG.VP.VMCALL: the registers that the hypervisor sees, R10 to R15 (GHCI 2.4.1). */
#define TDVMCALL_EXPOSED	0xfc00

/* R13 of TDVMCALLs for I/O and MMIO. */
#define TDVMCALL_READ		0
#define TDVMCALL_WRITE		1

/*
 * Registers in and out; returns RAX. The module and the hypervisor may change
 * these and no others (GHCI 2.4.1; TDX module ABI specification, TDG.VP.VMCALL).
 */
static inline u64 tdcall(u64 leaf, struct tdcall_regs *regs)
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
	*regs = (struct tdcall_regs) { rcx, rdx, r8, r9, r10, r11, r12, r13, r14, r15 };
	return rax;
}

/* Its arguments and answers are in @regs; returns R10, the hypervisor's status. */
static inline u64 tdvmcall(u64 function, struct tdcall_regs *regs)
{
	regs->rcx = TDVMCALL_EXPOSED;
	regs->r10 = 0;
	regs->r11 = function;
	tdcall(CVMSTAT_TDCALL_VP_VMCALL, regs);
	return regs->r10;
}

#endif /* CVMSTAT_TDCALL_H */
