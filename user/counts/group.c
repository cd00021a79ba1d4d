// SPDX-License-Identifier: GPL-2.0
#include "counts/group.h"
#include "counts/keep.h"
#include "counts/parts.h"

/* Replace the CPU by its group; what is left out goes. */
static void regroup(const struct part *p, struct vec *list, const struct grouping *g)
{
	char *from = list->v, *to = list->v;
	size_t i, n = 0;
	u32 *cpu;

	for (i = 0; i < list->n; i++, from += p->size) {
		cpu = (u32 *)(from + p->fields[p->cpu].at);
		if (*cpu >= g->n || g->of[*cpu] == NO_GROUP)
			continue;
		*cpu = g->of[*cpu];
		if (g->one)
			*(u32 *)from &= ~BIT(p->cpu);
		if (to != from)
			memcpy(to, from, p->size);
		to += p->size;
		n++;
	}
	list->n = n;
}

/* In order, those of one group are next to each other. */
static void merge(const struct part *p, struct vec *list)
{
	char *to = list->v, *from = list->v;
	size_t i;

	if (!list->n)
		return;
	for (i = 1; i < list->n; i++) {
		from += p->size;
		if (!p->order(to, from)) {
			record_add(p, to, from);
			continue;
		}
		to += p->size;
		if (to != from)
			memcpy(to, from, p->size);
	}
	list->n = (size_t)(to - (char *)list->v) / p->size + 1;
}

/**
 * snapshot_group - add up the CPUs of a group, and leave others out
 * @d: a difference with records of each CPU
 * @g: the groups
 */
void snapshot_group(struct snapshot *d, const struct grouping *g)
{
	const struct part *p;
	struct vec list;

	for_each_part(p) {
		if (!p->cpu)
			continue;
		list = vec_get((char *)d + p->at);
		regroup(p, &list, g);
		records_sort(p, list);
		merge(p, &list);
		vec_set((char *)d + p->at, list);
	}
}
