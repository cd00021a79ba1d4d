/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_SITES_H
#define CVMSTAT_SITES_H

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

/* Candidates for a probe before a call. */
#define CVM_MAX_EARLY	4

/**
 * struct cvm_site - an instruction that is worth a probe
 * @addr: the instruction itself
 * @nr_early: number of @early
 * @early: places before it that may carry an optimised probe, best first; the
 *	first that register_kprobe() takes for an instruction is the right one
 * @early.addr: the place
 * @early.args: where the arguments of @addr are there
 */
struct cvm_site {
	void *addr;
	unsigned int nr_early;
	struct {
		void *addr;
		struct cvm_args args;
	} early[CVM_MAX_EARLY];
};

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

/**
 * typedef cvm_find_fn - find instructions that are worth a probe
 * @symbol: a function
 * @callee: a function that is called in it
 * @reads: what is read of the callee's arguments
 * @sites: filled in
 * @max: their number
 *
 * Return: how many there are, or -errno.
 */
typedef int (*cvm_find_fn)(const char *symbol, const char *callee,
			   enum cvm_reads reads, struct cvm_site *sites,
			   int max);

int cvm_find_calls_of(const char *symbol, const char *callee,
		      enum cvm_reads reads, struct cvm_site *sites, int max);
int cvm_find_calls_in(const char *symbol, const char *callee,
		      enum cvm_reads reads, struct cvm_site *sites, int max);
int cvm_find_vmgexits(const char *symbol, const char *callee,
		      enum cvm_reads reads, struct cvm_site *sites, int max);
void *cvm_site_behind(const char *symbol, const char *callee);

#endif /* CVMSTAT_SITES_H */
