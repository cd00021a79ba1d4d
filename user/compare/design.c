// SPDX-License-Identifier: GPL-2.0
/*
 * Runs of one boot are alike in what a boot decides (where memory lies, which
 * CPU the host gives): they are one cluster, however many they are. Blocks, the
 * rounds of a study through all its variants, are pairs: what drifts over the
 * rounds is in both sides alike.
 */
#include <stdlib.h>

#include "compare/design.h"

#define NO_UNIT ((u32)-1)

static const char *block_of(const struct run *r)
{
	return run_value(&r->tags, "block");
}

/* A unit by its two texts, one for each side; "" for what is the same anyway. */
struct key {
	const char *a, *b;
};

DEFINE_VEC(key)

static u32 unit_of(struct key_vec *keys, const char *a, const char *b)
{
	size_t i;

	for (i = 0; i < keys->n; i++)
		if (streq(keys->v[i].a, a) && streq(keys->v[i].b, b))
			return (u32)i;
	*key_push(keys) = (struct key){ a, b };
	return (u32)i;
}

static void use(struct design *d, const char *what, bool paired)
{
	d->what = what;
	d->paired = paired;
}

static bool same_boot(const struct run *a, const struct run *b)
{
	return streq(a->boot_id, b->boot_id);
}

/* The boot of a side's runs in a block; NULL if there are none, or of several. */
static const char *boot_in_block(const struct run_vec *runs, const struct side *s,
				 const char *block)
{
	const char *boot = NULL, *of;
	size_t i;

	for (i = 0; i < s->n; i++) {
		of = block_of(&runs->v[s->runs[i]]);
		if (!of || !streq(of, block))
			continue;
		if (boot && !streq(boot, runs->v[s->runs[i]].boot_id))
			return NULL;
		boot = runs->v[s->runs[i]].boot_id;
	}
	return boot;
}

/**
 * struct blocks - what is known of the blocks that both sides have
 * @boots: pairs of boots
 * @blocks: names of blocks
 * @within: both sides of each are of one boot
 */
struct blocks {
	struct key_vec boots, blocks;
	bool within;
};

static void find_blocks(struct blocks *k, const struct run_vec *runs, const struct side *a,
			const struct side *b)
{
	const char *block, *boot_a, *boot_b;
	size_t i;

	*k = (struct blocks){ .within = true };
	for (i = 0; i < a->n; i++) {
		block = block_of(&runs->v[a->runs[i]]);
		if (!block)
			continue;
		boot_a = boot_in_block(runs, a, block);
		boot_b = boot_in_block(runs, b, block);
		if (!boot_a || !boot_b)
			continue;
		unit_of(&k->blocks, block, "");
		unit_of(&k->boots, boot_a, boot_b);
		k->within &= streq(boot_a, boot_b);
	}
}

/* Each run of a block that both sides have belongs to its pair of boots, or to itself. */
static void set_block_units(struct design *d, struct blocks *k, const struct run_vec *runs,
			    const struct side *sides[2], bool by_boots)
{
	const char *block, *boot[2];
	size_t s, i;

	for (s = 0; s < 2; s++) {
		for (i = 0; i < sides[s]->n; i++) {
			d->units[s][i] = NO_UNIT;
			block = block_of(&runs->v[sides[s]->runs[i]]);
			if (!block)
				continue;
			boot[0] = boot_in_block(runs, sides[0], block);
			boot[1] = boot_in_block(runs, sides[1], block);
			if (boot[0] && boot[1])
				d->units[s][i] = by_boots ? unit_of(&k->boots, boot[0], boot[1]) :
							    unit_of(&k->blocks, block, "");
		}
		d->n[s] = by_boots ? k->boots.n : k->blocks.n;
	}
}

/* Return: whether blocks decide. */
static bool by_blocks(struct design *d, const struct run_vec *runs, const struct side *sides[2])
{
	struct blocks k;
	bool found;

	find_blocks(&k, runs, sides[0], sides[1]);
	found = k.blocks.n >= 2;
	if (found && k.boots.n >= LEAST_UNITS) {
		use(d, "boot", true);
		set_block_units(d, &k, runs, sides, true);
	} else if (found) {
		use(d, "block", true);
		set_block_units(d, &k, runs, sides, false);
		if (!k.within)
			d->problem = "the sides are of different boots, and fewer than 3 each";
	}
	free(k.boots.v);
	free(k.blocks.v);
	return found;
}

/* A run of either side, to be put in the order of time. */
struct event_of {
	const struct run *run;
	size_t side, at;
};

static int by_time(const void *a, const void *b)
{
	const struct event_of *x = a, *y = b;

	return x->run->started_utc_ns < y->run->started_utc_ns ? -1 :
	       x->run->started_utc_ns > y->run->started_utc_ns;
}

/* Neighbours in time, one of each side, are pairs: A B A B, or A B B A. */
static void by_turns(struct design *d, const struct run_vec *runs, const struct side *sides[2])
{
	size_t n = sides[0]->n + sides[1]->n, s, i, at = 0;
	struct event_of *order = xcalloc(n + 1, sizeof(*order));

	for (s = 0; s < 2; s++)
		for (i = 0; i < sides[s]->n; i++)
			order[at++] = (struct event_of){ &runs->v[sides[s]->runs[i]], s, i };
	qsort(order, n, sizeof(*order), by_time);
	for (i = 0; i + 1 < n && order[i].side != order[i + 1].side; i += 2)
		for (at = i; at < i + 2; at++)
			d->units[order[at].side][order[at].at] = (u32)i / 2;
	use(d, "pair", true);
	d->n[0] = n / 2;
	d->n[1] = n / 2;
	if (i < n)
		d->problem = "one boot, and its runs do not take turns: drift is no difference";
	free(order);
}

static bool has_boot(const struct run_vec *runs, const struct side *s, const struct run *r)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (same_boot(&runs->v[s->runs[i]], r))
			return true;
	return false;
}

static size_t shared_boots(const struct run_vec *runs, const struct side *sides[2])
{
	size_t i, shared = 0;

	for (i = 0; i < sides[0]->n; i++)
		shared += has_boot(runs, sides[1], &runs->v[sides[0]->runs[i]]);
	return shared;
}

/* Both sides in each of several boots: their means are pairs. */
static void by_shared_boots(struct design *d, const struct run_vec *runs,
			    const struct side *sides[2])
{
	struct key_vec boots = { 0 };
	const struct run *r;
	size_t s, i;

	for (s = 0; s < 2; s++) {
		for (i = 0; i < sides[s]->n; i++) {
			r = &runs->v[sides[s]->runs[i]];
			d->units[s][i] = has_boot(runs, sides[!s], r) ?
					 unit_of(&boots, r->boot_id, "") : NO_UNIT;
		}
	}
	use(d, "boot", true);
	d->n[0] = boots.n;
	d->n[1] = boots.n;
	free(boots.v);
}

/**
 * design_boots - the boots of a side by themselves
 * @runs: all runs
 * @s: the side
 * @n: how many boots
 *
 * Return: the number of each run's boot, to be freed.
 */
u32 *design_boots(const struct run_vec *runs, const struct side *s, size_t *n)
{
	u32 *units = xcalloc(s->n + 1, sizeof(*units));
	struct key_vec boots = { 0 };
	size_t i;

	for (i = 0; i < s->n; i++)
		units[i] = unit_of(&boots, runs->v[s->runs[i]].boot_id, "");
	*n = boots.n;
	free(boots.v);
	return units;
}

/* Each side has boots of its own. */
static void by_boots(struct design *d, const struct run_vec *runs, const struct side *sides[2])
{
	size_t s;

	use(d, "boot", false);
	for (s = 0; s < 2; s++) {
		free(d->units[s]);
		d->units[s] = design_boots(runs, sides[s], &d->n[s]);
	}
}

static bool one_boot(const struct run_vec *runs, const struct side *sides[2])
{
	const struct run *first = &runs->v[sides[0]->runs[0]];
	size_t s, i;

	for (s = 0; s < 2; s++)
		for (i = 0; i < sides[s]->n; i++)
			if (!same_boot(&runs->v[sides[s]->runs[i]], first))
				return false;
	return true;
}

/**
 * design_make - find out what belongs together
 * @d: filled, to be freed with design_free()
 * @runs: all runs, with tags
 * @a: the first side, with at least one run
 * @b: the second
 */
void design_make(struct design *d, const struct run_vec *runs, const struct side *a,
		 const struct side *b)
{
	const struct side *sides[2];

	sides[0] = a;
	sides[1] = b;
	*d = (struct design){ 0 };
	d->units[0] = xcalloc(a->n, sizeof(u32));
	d->units[1] = xcalloc(b->n, sizeof(u32));
	if (!by_blocks(d, runs, sides)) {
		if (one_boot(runs, sides))
			by_turns(d, runs, sides);
		else if (shared_boots(runs, sides))
			by_shared_boots(d, runs, sides);
		else
			by_boots(d, runs, sides);
	}
	if (!d->problem && (d->n[0] < LEAST_UNITS || d->n[1] < LEAST_UNITS))
		d->problem = streq(d->what, "boot") ?
			     "fewer than 3 boots a side: a reboot alone changes figures" :
			     "fewer than 3 pairs of runs";
}

void design_free(struct design *d)
{
	free(d->units[0]);
	free(d->units[1]);
}
