/* SPDX-License-Identifier: GPL-2.0 */
/* Call chains of what was sampled, each kept once. */
#ifndef CVMSTAT_STACKS_H
#define CVMSTAT_STACKS_H

#include "base/pool.h"
#include "base/util.h"

/**
 * struct stack - one of them
 * @tgid: the process; 0 for an idle CPU
 * @class: of the reason
 * @op: its direction
 * @code: the reason
 * @detail: of it, if @has_detail
 * @weight: how many events, or what they took
 * @depth: of @chain
 * @chain: addresses, the innermost first, with perf's marks of context
 * @hash: of all but the weight
 */
struct stack {
	u32 tgid;
	u32 class;
	u32 op;
	bool has_detail;
	u64 code;
	u64 detail;
	u64 weight;
	size_t depth;
	const u64 *chain;
	u64 hash;
};

DEFINE_VEC(stack)

/**
 * struct stacks - all of them; all zero is none
 * @v: they
 * @slots: by hash, one more than the place in @v; 0 is free
 */
struct stacks {
	struct stack_vec v;
	u32 *slots;
	size_t nslots;
	struct pool chains;
};

bool stacks_add(struct stacks *all, const struct stack *s);
void stacks_free(struct stacks *all);

#endif
