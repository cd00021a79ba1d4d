/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TESTS_ASM_PTRACE_H
#define TESTS_ASM_PTRACE_H

/* As arch/x86/include/asm/ptrace.h has it. */
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx;
	unsigned long r11, r10, r9, r8, ax, cx, dx, si, di;
	unsigned long orig_ax, ip, cs, flags, sp, ss;
};

#endif /* TESTS_ASM_PTRACE_H */
