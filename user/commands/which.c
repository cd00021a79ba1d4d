// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <unistd.h>

#include "commands/which.h"
#include "counts/group.h"

static void learn_online(struct cpus *online)
{
	long i, n = sysconf(_SC_NPROCESSORS_CONF);
	char list[32];

	if (cpus_online(online))
		return;
	for (i = 0; i < n && i < CPUS_MAX; i++) {
		snprintf(list, sizeof(list), "%ld", i);
		cpus_parse(online, list, (u32)i);
	}
}

/* Those of the list, of which each has to be there. */
static void choose(struct cpus *cpus, const char *list)
{
	struct cpus chosen = { 0 };
	u32 i;

	if (!cpus_parse(&chosen, list, 0))
		die(ST_FAIL, "-C needs a list of CPUs, such as 0-3,8, not '%s'", list);
	for (i = 0; i < chosen.n; i++)
		if (chosen.v[i] != CPU_NONE && cpus_get(cpus, i) == CPU_NONE)
			die(ST_FAIL, "-C: CPU %u is not online", i);
	for (i = 0; i < cpus->n; i++)
		if (cpus_get(&chosen, i) == CPU_NONE)
			cpus->v[i] = CPU_NONE;
	cpus_free(&chosen);
}

/**
 * which_learn - find out what there is
 * @w: with @list, @per_cpu and @per_node; a wrong list ends the program
 */
void which_learn(struct which *w)
{
	struct cpus *cpus = &w->cpus, *groups = &w->groups;
	u32 i;

	learn_online(cpus);
	if (w->list)
		choose(cpus, w->list);
	if (w->per_node && !cpus_nodes(groups))
		die(ST_FAIL, "--per-node: this kernel does not tell the nodes of its CPUs");
	if (w->per_node)
		for (i = 0; i < groups->n; i++)
			if (cpus_get(cpus, i) == CPU_NONE)
				groups->v[i] = CPU_NONE;
}

/* Whether the module has to tell CPUs apart. */
bool which_asks_cpus(const struct which *w)
{
	return w->list || w->per_cpu || w->per_node;
}

/* Leave of a difference what was chosen. */
void which_apply(const struct which *w, struct snapshot *d)
{
	struct grouping g = { 0 };
	u32 *zeros, i;

	if (w->per_node) {
		g = (struct grouping){ w->groups.v, w->groups.n, false };
		snapshot_group(d, &g);
	} else if (w->list && w->per_cpu) {
		g = (struct grouping){ w->cpus.v, w->cpus.n, false };
		snapshot_group(d, &g);
	} else if (w->list) {
		zeros = xcalloc(w->cpus.n + 1, sizeof(*zeros));
		for (i = 0; i < w->cpus.n; i++)
			zeros[i] = w->cpus.v[i] == CPU_NONE ? NO_GROUP : 0;
		g = (struct grouping){ zeros, w->cpus.n, true };
		snapshot_group(d, &g);
		free(zeros);
	}
}

void which_free(struct which *w)
{
	cpus_free(&w->cpus);
	cpus_free(&w->groups);
}
