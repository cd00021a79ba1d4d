/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_FENTRY_H
#define CVMSTAT_FENTRY_H

#include <linux/ftrace.h>

#include "count/account.h"
#include "hook.h"

/**
 * struct cvm_fentry_point - how ftrace attaches a hook
 * @entered: called when the function is entered
 */
struct cvm_fentry_point {
	ftrace_func_t entered;
};

/*
 * At the entry of a function, by ftrace itself: cheaper than a kprobe, and no
 * hit is dropped while a kprobe's handler runs on this CPU.
 */
extern const struct cvm_backend cvm_fentry;

/* A struct cvm_point: a function, and what is called at its entry. */
#define CVM_FENTRY(function, callback) { \
	.backend = &cvm_fentry, \
	.symbol = function, \
	.how = &(const struct cvm_fentry_point){ callback }, \
}

/**
 * struct cvm_fentry_ops - a callback of ftrace
 * @fops: ftrace's part
 * @id: number of the hook whose it is
 */
struct cvm_fentry_ops {
	struct ftrace_ops fops;
	u32 id;
};

/* Number of the hook whose callback got this. */
static __always_inline const u32 *cvm_fentry_id(struct ftrace_ops *fops)
{
	return &container_of(fops, struct cvm_fentry_ops, fops)->id;
}

/**
 * cvm_fentry_hit() - count a hit of an ftrace callback's hook
 * @fops: what the callback got
 *
 * Context: any, an NMI included; preemption off.
 * Return: this CPU's counters.
 */
static __always_inline struct cvm_cpu *cvm_fentry_hit(struct ftrace_ops *fops)
{
	return cvm_hook_hit(*cvm_fentry_id(fops));
}

#endif /* CVMSTAT_FENTRY_H */
