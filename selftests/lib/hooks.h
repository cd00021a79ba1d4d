/* SPDX-License-Identifier: GPL-2.0 */
/* How the module's hooks are attached. */
#ifndef CVMSTAT_TEST_HOOKS_H
#define CVMSTAT_TEST_HOOKS_H

#include <stdbool.h>

#include "nl.h"

struct hooks {
	unsigned int live;
	unsigned int optimised;
	unsigned int breakpoints;
	char names[256];	/* of those */
	bool vc_probed;		/* the #VC handler's is one of either */
	unsigned int asides;	/* how often hooks stood aside */
};

/**
 * hooks_optimised() - wait until none is a breakpoint any more
 *
 * Kprobes optimises with a delay, the longer the busier the guest is.
 *
 * Return: 0, or -ETIMEDOUT or another -errno.
 */
int hooks_optimised(struct nl *nl, struct hooks *hooks);

/** hooks_optimise() - let kprobes optimise, or not: then all are breakpoints; 0 or -errno */
int hooks_optimise(bool on);

/** hooks_read() - count the hooks that are live, and that are kprobes; 0 or -errno */
int hooks_read(struct nl *nl, struct hooks *hooks);

/** hooks_missed() - hits that the kernel has dropped; says whose */
__u64 hooks_missed(struct nl *nl);

#endif /* CVMSTAT_TEST_HOOKS_H */
