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
 * struct cvm_site - an instruction that is worth a probe
 * @addr: the instruction itself
 * @early: one before it that can carry an optimised probe, or NULL
 * @early_args: where the arguments of @addr are at @early
 */
struct cvm_site {
	void *addr;
	void *early;
	struct cvm_args early_args;
};

extern const struct cvm_args cvm_args_in_place;

int cvm_sites_of(const char *symbol, struct cvm_site *sites, int max);
int cvm_sites_in(const char *symbol, const char *callee,
		 struct cvm_site *sites, int max);
int cvm_sites_vmgexit(const char *symbol, struct cvm_site *sites, int max);

#endif /* CVMSTAT_SITES_H */
