// SPDX-License-Identifier: GPL-2.0
/*
 * The governor haltpoll (drivers/cpuidle/governors/haltpoll.c): a CPU polls before
 * it halts, for as long as its limit says, and the limit moves with each halt. One
 * that would have ended within the longest poll raises it: from 0 to grow_start,
 * and then to twice as long; a longer one halves it, and below grow_start it is 0.
 */
#include <math.h>
#include <stdlib.h>

#include "advise/halts.h"

/* guest_halt_poll_ns and guest_halt_poll_grow_start, as Linux has them if nothing is set. */
#define LONGEST_POLL_NS 200000
#define FIRST_POLL_NS 50000

/* The longest poll that fits a module parameter is 2^32 ns: 2^17 first ones. */
#define MOST_LEVELS 19

/* So rare that it does not happen, and no division by zero. */
#define NEVER 0.000000001

static double setting(const struct run *r, const char *key, double otherwise)
{
	const char *value = run_value(&r->settings, key);
	double number = value ? strtod(value, NULL) : 0;

	return number > 0 ? number : otherwise;
}

static bool is_halt(const struct run_bin *b)
{
	return streq(b->source, "idle") && streq(b->class, "halted") && streq(b->unit, "ns");
}

/**
 * halts_find - durations of a run's halts
 * @h: filled
 * @r: the run, with everything but its output
 *
 * Return: whether it has any; else @h has but the longest poll.
 */
bool halts_find(struct halts *h, const struct run *r)
{
	const struct run_bin *b;

	*h = (struct halts){ .run = r,
			     .limit_ns = setting(r, "guest_halt_poll_ns", LONGEST_POLL_NS) };
	for (b = r->bins.v; b < r->bins.v + r->bins.n; b++)
		if (is_halt(b))
			h->count += (double)b->count;
	return h->count > 0;
}

/* The part of a bucket that is no longer than a time. */
static double part_within(const struct run_bin *b, double ns, enum where where)
{
	double from = (double)b->from + 1, end = (double)b->to + 1;

	if (ns >= end)
		return 1;
	if (ns < from || where == AT_END)
		return 0;
	/* Lengths are spread over a bucket as their logarithms are. */
	return where == AT_BEGINNING ? 1 : log(ns / from) / log(end / from);
}

/* The part of halts that is no longer than a time. */
double halts_within(const struct halts *h, double ns, enum where where)
{
	const struct run_bin_vec *bins = &h->run->bins;
	const struct run_bin *b;
	double sum = 0;

	for (b = bins->v; b < bins->v + bins->n; b++)
		if (is_halt(b))
			sum += (double)b->count * part_within(b, ns, where);
	return sum / h->count;
}

/* Limits that the governor may set, the lowest first; the last is the longest poll. */
static size_t find_levels(const struct halts *h, double levels[MOST_LEVELS])
{
	double level = setting(h->run, "guest_halt_poll_grow_start", FIRST_POLL_NS);
	size_t n = 1;

	levels[0] = 0;
	for (; level < h->limit_ns && n < MOST_LEVELS - 1; level *= 2)
		levels[n++] = level;
	levels[n++] = h->limit_ns;
	return n;
}

/* A time that a poll did not see the end of is a halt, so much shorter. */
static double raises(const struct halts *h, double level, enum where where)
{
	double part = halts_within(h, level + h->limit_ns, where) -
		      halts_within(h, 2 * level, where);

	return part > 0 ? part : 0;
}

static double lowers(const struct halts *h, double level, enum where where)
{
	return 1 - halts_within(h, level + h->limit_ns, where);
}

/**
 * halts_polled - the part of halts that goes where the governor polls
 * @h: durations without it
 * @where: in its bucket each is taken to be
 *
 * As if each length came by chance, whatever the one before was. The limit moves
 * by one step at a time, so that there are as many steps up as down between two
 * levels: that tells how much of the time it has each.
 */
double halts_polled(const struct halts *h, enum where where)
{
	double levels[MOST_LEVELS], weight = 1, weights = 0, gone = 0;
	size_t i, n = find_levels(h, levels);

	for (i = 0; i < n; i++) {
		if (i)
			weight *= raises(h, levels[i - 1], where) /
				  fmax(lowers(h, levels[i], where), NEVER);
		weights += weight;
		gone += weight * halts_within(h, levels[i], where);
	}
	return gone / weights;
}
