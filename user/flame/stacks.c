// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "flame/stacks.h"

/* What user mode chooses, a leaf of CPUID, is in them: their number has a bound. */
#define MOST_STACKS 262144U

#define FNV_START 0xcbf29ce484222325ULL
#define FNV_PRIME 0x100000001b3ULL

static u64 mix(u64 hash, u64 word)
{
	hash = (hash ^ word) * FNV_PRIME;
	return hash ^ hash >> 32;
}

static u64 hash_of(const struct stack *s)
{
	u64 hash = FNV_START;
	size_t i;

	hash = mix(hash, (u64)s->tgid << 32 | s->class << 8 | s->op << 1 | s->has_detail);
	hash = mix(hash, s->code);
	hash = mix(hash, s->detail);
	for (i = 0; i < s->depth; i++)
		hash = mix(hash, s->chain[i]);
	return hash;
}

static bool same(const struct stack *a, const struct stack *b)
{
	return a->hash == b->hash && a->tgid == b->tgid && a->class == b->class &&
	       a->op == b->op && a->has_detail == b->has_detail && a->code == b->code &&
	       a->detail == b->detail && a->depth == b->depth &&
	       !memcmp(a->chain, b->chain, a->depth * sizeof(*a->chain));
}

/* Its slot, or the free one that is for it. */
static u32 *find_slot(struct stacks *all, const struct stack *s)
{
	size_t at;

	for (at = s->hash & (all->nslots - 1); all->slots[at]; at = (at + 1) & (all->nslots - 1))
		if (same(&all->v.v[all->slots[at] - 1], s))
			break;
	return &all->slots[at];
}

/* At most half of them are taken. */
static void make_room(struct stacks *all)
{
	size_t i;

	if (2 * all->v.n < all->nslots)
		return;
	free(all->slots);
	all->nslots = all->nslots ? 2 * all->nslots : 1024;
	all->slots = xcalloc(all->nslots, sizeof(*all->slots));
	for (i = 0; i < all->v.n; i++)
		*find_slot(all, &all->v.v[i]) = (u32)i + 1;
}

/**
 * stacks_add - count what was sampled
 * @all: what has been sampled so far
 * @s: a sample; its chain is copied, its hash is not looked at
 *
 * Return: false if there are too many to keep one more.
 */
bool stacks_add(struct stacks *all, const struct stack *s)
{
	struct stack new = *s, *kept;
	u64 *chain;
	u32 *slot;

	make_room(all);
	new.hash = hash_of(s);
	slot = find_slot(all, &new);
	if (*slot) {
		kept = &all->v.v[*slot - 1];
		kept->weight = sat_add(kept->weight, s->weight);
		return true;
	}
	if (all->v.n == MOST_STACKS)
		return false;
	chain = pool_alloc(&all->chains, (s->depth + 1) * sizeof(*chain));
	memcpy(chain, s->chain, s->depth * sizeof(*chain));
	new.chain = chain;
	*stack_push(&all->v) = new;
	*slot = (u32)all->v.n;
	return true;
}

void stacks_free(struct stacks *all)
{
	free(all->v.v);
	free(all->slots);
	pool_free(&all->chains);
	*all = (struct stacks){ 0 };
}
