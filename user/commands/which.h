/* SPDX-License-Identifier: GPL-2.0 */
/* Which CPUs are looked at, and what of them is told apart. */
#ifndef CVMSTAT_WHICH_H
#define CVMSTAT_WHICH_H

#include "counts/snapshot.h"
#include "guest/cpus.h"

/**
 * struct which - the choice
 * @list: of the option; NULL for all CPUs
 * @per_cpu: each CPU is told apart
 * @per_node: each node
 * @cpus: those that are looked at, each with its number
 * @groups: each CPU's group
 */
struct which {
	const char *list;
	bool per_cpu;
	bool per_node;
	struct cpus cpus;
	struct cpus groups;
};

void which_learn(struct which *w);
bool which_asks_cpus(const struct which *w);
void which_apply(const struct which *w, struct snapshot *d);
void which_free(struct which *w);

#endif
