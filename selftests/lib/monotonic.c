// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include <linux/cvmstat.h>

#include "monotonic.h"
#include "nl.h"

static void add(struct nlattr *const *attr, void *arg)
{
	struct monotonic_dump *dump = arg;
	struct monotonic_count *count = &dump->v[dump->n];

	if (dump->n == MONOTONIC_MAX)
		return;
	memset(count, 0, sizeof(*count));
	count->class = nl_u32(attr[CVMSTAT_A_COUNT_CLASS]);
	count->code = nl_u64(attr[CVMSTAT_A_COUNT_CODE]);
	count->detail = nl_u64(attr[CVMSTAT_A_COUNT_DETAIL]);
	count->op = nl_u32(attr[CVMSTAT_A_COUNT_OP]);
	count->cpu = nl_u32(attr[CVMSTAT_A_COUNT_CPU]);
	count->overflow = attr[CVMSTAT_A_COUNT_OVERFLOW];
	count->n = nl_u64(attr[CVMSTAT_A_COUNT_KERNEL]) +
		   nl_u64(attr[CVMSTAT_A_COUNT_USER]);
	dump->n++;
}

static int take(struct nl *nl, __u8 cmd, struct monotonic_dump *dump)
{
	struct nl_msg msg;

	nl_begin(&msg, nl->family, cmd, NLM_F_DUMP);
	nl_put(&msg, CVMSTAT_A_COUNT_PER_CPU, NULL, 0);
	return nl_call(nl, &msg, add, dump);
}

/* Both dumps between two looks at the generation: they are of one load. */
static bool take_all(struct nl *nl, struct monotonic_dump *dump)
{
	struct nl_state before, after;

	dump->n = 0;
	dump->generation = 0;
	if (nl_state(nl, &before) || take(nl, CVMSTAT_CMD_GET, dump) ||
	    take(nl, CVMSTAT_CMD_DETAIL_GET, dump) || nl_state(nl, &after) ||
	    before.generation != after.generation)
		return false;
	dump->generation = before.generation;
	return dump->n < MONOTONIC_MAX;
}

static bool same(const struct monotonic_count *a, const struct monotonic_count *b)
{
	return a->class == b->class && a->code == b->code &&
	       a->detail == b->detail && a->op == b->op && a->cpu == b->cpu &&
	       a->overflow == b->overflow;
}

/* Both are in the kernel's order, in which new keys come in between. */
static bool grew(struct monotonic *watch, const struct monotonic_dump *old,
		 const struct monotonic_dump *now)
{
	size_t i, k = 0;

	for (i = 0; i < old->n; i++) {
		const struct monotonic_count *was = &old->v[i];

		while (k < now->n && !same(was, &now->v[k]))
			k++;
		if (k < now->n && now->v[k].n >= was->n)
			continue;
		snprintf(watch->complaint, sizeof(watch->complaint),
			 "CPU %u class %u code 0x%llx detail 0x%llx: %llu, then %llu",
			 was->cpu, was->class, was->code, was->detail, was->n,
			 k < now->n ? now->v[k].n : 0);
		return false;
	}
	return true;
}

enum monotonic_verdict monotonic_check(struct monotonic *watch)
{
	struct monotonic_dump *old = &watch->dump[watch->last];
	struct monotonic_dump *now = &watch->dump[!watch->last];
	enum monotonic_verdict verdict = MONOTONIC_UNKNOWN;
	struct nl nl;

	if (nl_open(&nl))
		return verdict;
	if (take_all(&nl, now)) {
		if (old->generation == now->generation)
			verdict = grew(watch, old, now) ? MONOTONIC_RIGHT
							: MONOTONIC_WRONG;
		watch->last = !watch->last;
	}
	nl_close(&nl);
	return verdict;
}
