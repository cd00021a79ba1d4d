/* SPDX-License-Identifier: GPL-2.0 */
/* CPUs and nodes, by number. */
#ifndef CVMSTAT_CPUS_H
#define CVMSTAT_CPUS_H

#include "base/util.h"

/* Beyond what any kernel is built for. */
#define CPUS_MAX 65536

/**
 * struct cpus - a number for each CPU
 * @v: by CPU
 * @n: of them
 */
struct cpus {
	u32 *v;
	u32 n;
};

#define CPU_NONE (-1U)

bool cpus_parse(struct cpus *c, const char *list, u32 number);
bool cpus_online(struct cpus *c);
bool cpus_nodes(struct cpus *c);
u32 cpus_count(const struct cpus *c);
void cpus_free(struct cpus *c);

static inline u32 cpus_get(const struct cpus *c, u32 cpu)
{
	return cpu < c->n ? c->v[cpu] : CPU_NONE;
}

#endif
