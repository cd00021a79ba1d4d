// SPDX-License-Identifier: GPL-2.0
/*
 * A task's events cost something at each of its switches: there is one for each
 * reason that the guest has had so far, and one for each class, which tells of
 * reasons that come first in the window.
 */
#include <unistd.h>

#include "counts/keep.h"
#include "counts/trouble.h"
#include "guest/whose.h"
#include "wire/split.h"
#include "wire/take.h"

/*
 * Reasons of a class that the window has and that have no event of their own: how
 * many, and what all of them together were in the chosen one's.
 */
struct rest {
	u32 reasons;
	u64 events;
	bool known;
};

static void learn(struct split *s, const struct snapshot *now)
{
	u32 counted = classes_counted(now), class;
	const struct record *r;

	for (class = 0; class <= CVMSTAT_CLASS_AUTO; class++)
		if (counted & BIT(class))
			whose_add_class(&s->events, s->type, class);
	for (r = now->counts.v; r < now->counts.v + now->counts.n; r++)
		if (record_has_code(r) && !whose_reason(&s->events, r->class, r->code))
			whose_add_reason(&s->events, s->type, r->class, r->code);
}

/**
 * split_choose - choose the events
 * @s: filled, but for @cgroup
 * @f: asked what has been counted so far
 * @whose: what is told apart
 *
 * Return: false if the module has no PMU.
 */
bool split_choose(struct split *s, struct family *f, const char *whose)
{
	struct snapshot now = { 0 };

	if (!whose_type(&s->type))
		return false;
	s->whose = whose;
	snapshot_take(f, &now, WANT_BASICS | WANT(COUNTS), false);
	learn(s, &now);
	snapshot_free(&now);
	return true;
}

/* Parts of a snapshot that a split takes besides the counts. */
u32 split_want(const struct split *s)
{
	return s->whose ? WANT(IDLE_COUNTS) : 0;
}

/*
 * One that could not be opened although there is such an event, or any if none could:
 * of single reasons there need be none.
 */
static const struct counter *find_failed(const struct perf *p)
{
	const struct counter *c, *absent = NULL;
	bool any = false;

	for (c = p->events.v; c < p->events.v + p->events.n; c++) {
		if (c->error && !perf_absent(c))
			return c;
		if (c->error)
			absent = c;
		else
			any = true;
	}
	return any ? NULL : absent;
}

/**
 * split_start - from now on, or from the exec of a command on
 *
 * Return: whether anything is split.
 */
bool split_start(struct split *s, enum perf_scope scope, pid_t pid)
{
	size_t i;

	if (s->cgroup >= 0)
		perf_start(&s->events, PERF_CGROUP, s->cgroup);
	else
		perf_start(&s->events, scope, pid);
	s->failed = find_failed(&s->events);
	for (i = 0; i < s->events.events.n; i++)
		if (!s->events.events.v[i].error)
			return true;
	return false;
}

/* What came before the first snapshot is in no window. */
void split_began(struct split *s)
{
	perf_collect(&s->events);
	perf_clear(&s->events);
}

/* What of a class is in no event of a reason. */
static struct rest rest_of(const struct split *s, const struct snapshot *d, u32 class)
{
	struct rest rest = { 0 };
	const struct counter *c;
	const struct record *r;
	u64 events, sum = 0;

	rest.known = whose_window(whose_class(&s->events, class), &rest.events);
	for (r = d->counts.v; r < d->counts.v + d->counts.n; r++) {
		if (r->class != class)
			continue;
		c = record_has_code(r) ? whose_reason(&s->events, class, r->code) : NULL;
		if (!c)
			rest.reasons++;
		else if (whose_window(c, &events))
			sum = sat_add(sum, events);
		else
			rest.known = false;
	}
	rest.events = rest.events > sum ? rest.events - sum : 0;
	return rest;
}

/* Of several that share a rest it is known if there is none. */
static bool own_events(const struct split *s, const struct snapshot *d, const struct record *r,
		       u64 *events)
{
	const struct counter *c = NULL;
	struct rest rest;

	if (record_has_code(r))
		c = whose_reason(&s->events, r->class, r->code);
	if (c)
		return whose_window(c, events);
	rest = rest_of(s, d, r->class);
	*events = rest.events;
	return rest.known && (rest.reasons == 1 || !rest.events);
}

/* What a kernel counts itself passes no hook that would know the task. */
static bool kernel_counts(const struct snapshot *d, u32 class)
{
	const struct hook *h;

	for (h = d->hooks.v; h < d->hooks.v + d->hooks.n; h++)
		if (h->backend == CVMSTAT_BACKEND_PATCHED && h->classes & BIT(class))
			return true;
	return false;
}

/* What idle CPUs did of it. Of reasons beyond the table they are told together. */
static bool idle_events(const struct snapshot *d, const struct record *r, u64 *events)
{
	const struct record *i;
	bool others = false;

	if (d->lacking & WANT(IDLE_COUNTS) || kernel_counts(d, r->class))
		return false;
	for (i = d->idle_counts.v; i < d->idle_counts.v + d->idle_counts.n; i++) {
		if (i->class != r->class)
			continue;
		others |= !record_has_code(i);
		if (!record_has_code(i) || !record_has_code(r) || i->code != r->code)
			continue;
		*events = record_count(i);
		return true;
	}
	*events = 0;
	return !others;
}

/*
 * What is told by task is read before the counts, and so has no more than they have,
 * but for what came between the two at the window's start. Who does not hear of changes
 * takes what is beyond that for something that was not counted.
 */
static bool beyond(const struct split *s, const struct snapshot *d, const struct record *r,
		   u64 told)
{
	u64 between = record_count(r) / 16 + d->info.possible_cpus;

	return !s->heard && told > sat_add(record_count(r), between);
}

static void split_one(struct split *s, const struct snapshot *d, struct record *r)
{
	u64 own, idle = 0, count = record_count(r);
	bool idle_known;

	if (!own_events(s, d, r, &own))
		return;
	idle_known = idle_events(d, r, &idle);
	if (s->with_idle && !idle_known)
		return;
	if (s->with_idle)
		own = own > idle ? own - idle : 0;
	if (beyond(s, d, r, sat_add(own, idle))) {
		s->beyond |= BIT(r->class);
		return;
	}
	r->has |= RECORD_OWN;
	r->own = own < count ? own : count;
	if (!idle_known)
		return;
	r->has |= RECORD_IDLE;
	r->idle = idle < count - r->own ? idle : count - r->own;
}

/**
 * split_apply - tell of each reason what is the chosen one's
 * @s: the split
 * @d: a difference; what idle CPUs did is in its snapshots, before the counts
 *
 * Events go on where a class is off, so that they say nothing of one that was
 * counted in a part of the window; and nothing of another load of the module.
 */
void split_apply(struct split *s, struct snapshot *d)
{
	struct record *r;

	if (d->trouble & TROUBLE_RELOADED)
		return;
	for (r = d->counts.v; r < d->counts.v + d->counts.n; r++) {
		if (d->partly & BIT(r->class))
			s->partly |= BIT(r->class);
		else
			split_one(s, d, r);
	}
}

/* The next window starts here. */
void split_next(struct split *s)
{
	perf_clear(&s->events);
	s->partly = 0;
	s->beyond = 0;
}

void split_free(struct split *s)
{
	perf_free(&s->events);
	if (s->cgroup >= 0)
		close(s->cgroup);
}
