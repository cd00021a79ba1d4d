/* SPDX-License-Identifier: GPL-2.0 */
#include <linux/types.h>
#include <linux/percpu.h>
#include <asm/ptrace.h>

/* As arch/x86/include/asm/tdx.h has it. */
struct ve_info {
	u64 exit_reason;
	u64 exit_qual;
	u64 gla;
	u64 gpa;
	u32 instr_len;
	u32 instr_info;
};
