/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_KPROBE_H
#define CVMSTAT_KPROBE_H

#include <linux/kprobes.h>

#include "count/account.h"
#include "hook.h"
#include "sites.h"

/**
 * struct cvm_kprobe_point - how kprobes attach a hook
 * @handler: called on a hit, with preemption off, in any context
 * @find: finds the instructions to probe; absent for the function's first
 * @callee: for @find, the function called
 * @fixups: the function has entries in the exception table, see optimise.c
 */
struct cvm_kprobe_point {
	kprobe_pre_handler_t handler;
	cvm_find_fn find;
	const char *callee;
	bool fixups;
};

extern const struct cvm_backend cvm_kprobe;

/* A struct cvm_point: a function, and members of struct cvm_kprobe_point. */
#define CVM_KPROBE(function, ...) { \
	.backend = &cvm_kprobe, \
	.symbol = function, \
	.how = &(const struct cvm_kprobe_point){ __VA_ARGS__ }, \
}

/**
 * struct cvm_probe - one kprobe of a hook
 * @kp: the kprobe
 * @id: number of the hook whose it is
 */
struct cvm_probe {
	struct kprobe kp;
	u32 id;
};

static __always_inline struct cvm_probe *cvm_probe_of(struct kprobe *kp)
{
	return container_of(kp, struct cvm_probe, kp);
}

/**
 * cvm_probe_hit() - count a hit of a kprobe's hook
 * @kp: the kprobe
 *
 * Context: any, an NMI included; preemption off.
 * Return: this CPU's counters.
 */
static __always_inline struct cvm_cpu *cvm_probe_hit(struct kprobe *kp)
{
	return cvm_hook_hit(cvm_probe_of(kp)->id);
}

#endif /* CVMSTAT_KPROBE_H */
