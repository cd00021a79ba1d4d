/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_MOVES_H
#define CVMSTAT_MOVES_H

#include <linux/types.h>

#define CVM_NR_ARGS	4

/**
 * struct cvm_arg - where an argument is
 * @in_register: @value is an offset in struct pt_regs; else the argument
 * @value: see @in_register
 */
struct cvm_arg {
	bool in_register;
	u64 value;
};

/* rdi, rsi, rdx and rcx at the call. */
struct cvm_args {
	struct cvm_arg arg[CVM_NR_ARGS];
};

/**
 * enum cvm_reads - what a handler reads of the arguments
 * @CVM_READS_MEMORY: them, and where they point to
 * @CVM_READS_REGISTERS: them
 * @CVM_READS_NOTHING: none
 */
enum cvm_reads {
	CVM_READS_MEMORY,
	CVM_READS_REGISTERS,
	CVM_READS_NOTHING,
};

/* All of them where the calling convention has them. */
extern const struct cvm_args cvm_args_of_abi;

/* Is an argument in the register of the calling convention? */
static inline bool cvm_arg_by_abi(const struct cvm_args *args, unsigned int n)
{
	return args->arg[n].in_register &&
	       args->arg[n].value == cvm_args_of_abi.arg[n].value;
}

/* Is an argument this constant? */
static inline bool cvm_arg_is(const struct cvm_args *args, unsigned int n,
			      u64 value)
{
	return !args->arg[n].in_register && args->arg[n].value == value;
}

bool cvm_moves_follow(const u8 *from, const u8 *to, enum cvm_reads reads,
		      struct cvm_args *args, u32 *starts);

#endif /* CVMSTAT_MOVES_H */
