/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_VERIFY_H
#define CVMSTAT_VERIFY_H

#include <linux/types.h>

struct pt_regs;

/**
 * typedef cvm_right_fn - are a function's arguments those of a known event?
 * @regs: at its entry. What they point to may be no memory: cvm_peek()
 *
 * Context: any, an NMI included; preemption off.
 */
typedef bool (*cvm_right_fn)(const struct pt_regs *regs);

u64 cvm_peek(u64 base, unsigned long offset);
int cvm_verify(const char *symbol, cvm_right_fn right);

/* A leaf that not only traps but exits, see verify.c. */
u32 cvm_proof_leaf(void);

#endif /* CVMSTAT_VERIFY_H */
