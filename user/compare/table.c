// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stdlib.h>

#include "compare/table.h"
#include "runs/purpose.h"

static bool same(const struct quantity *a, const struct quantity *b)
{
	return a->group == b->group && streq(a->kind, b->kind) && streq(a->class, b->class) &&
	       streq(a->reason, b->reason) && streq(a->name, b->name);
}

/* The row of a quantity, which gets one if it is new: 0 in all runs, a figure unknown. */
static struct quantity *row(struct table *t, const struct quantity *like)
{
	struct quantity *q;
	size_t i;

	for (i = 0; i < t->quantities.n; i++)
		if (same(&t->quantities.v[i], like))
			return &t->quantities.v[i];
	q = quantity_push(&t->quantities);
	*q = *like;
	q->values = xcalloc(t->runs->n + 1, sizeof(*q->values));
	for (i = 0; !q->counts && i < t->runs->n; i++)
		q->values[i] = NAN;
	return q;
}

static void add(struct table *t, size_t run, struct quantity like, double value)
{
	struct quantity *q = row(t, &like);

	q->values[run] = like.counts ? q->values[run] + value : value;
}

static struct quantity counted(enum group group, const char *name)
{
	return (struct quantity){ .group = group, .kind = "", .class = "", .reason = "",
				  .name = name, .unit = "", .counts = true };
}

static struct quantity figure(const char *name, const char *unit, enum better better)
{
	struct quantity q = counted(GROUP_FIGURE, name);

	q.unit = unit;
	q.better = better;
	q.counts = false;
	return q;
}

static void add_figures(struct table *t, size_t i)
{
	const struct run *r = &t->runs->v[i];
	const struct run_figure *f;

	add(t, i, figure("time", "s", BETTER_LOWER), (double)r->ns / NSEC_PER_SEC);
	for (f = r->figures.v; f < r->figures.v + r->figures.n; f++)
		add(t, i, figure(f->name, f->unit, f->better), f->value);
}

/* Sums of what the kernel and the module count beside exits. */
static const struct {
	const char *source;
	const char *item;
	const char *name;
	const char *shown;
	const char *unit;
} measures[] = {
	{ "idle", NULL, "halted", "halts", "" },
	{ "idle", NULL, "polled", "idle polls", "" },
	{ "bounce", NULL, "in_bytes", "bounced in", "bytes" },
	{ "bounce", NULL, "out_bytes", "bounced out", "bytes" },
	{ "bounce", NULL, "failed", "bounces without room", "" },
	{ "cpu", "user", "ns", "CPU user", "ns" },
	{ "cpu", "system", "ns", "CPU system", "ns" },
	{ "cpu", "steal", "ns", "CPU stolen", "ns" },
	{ "kernel", "context-switches", "count", "context switches", "" },
	{ "kernel", "interrupts", "count", "interrupts", "" },
};

static void add_measures(struct table *t, size_t i)
{
	const struct run_measure_vec *all = &t->runs->v[i].measures;
	const struct run_measure *m;
	struct quantity q;
	size_t j;

	for (m = all->v; m < all->v + all->n; m++) {
		for (j = 0; j < ARRAY_SIZE(measures); j++) {
			if (!streq(m->source, measures[j].source) ||
			    !streq(m->name, measures[j].name) ||
			    (measures[j].item && !streq(m->item, measures[j].item)))
				continue;
			q = counted(GROUP_FIGURE, measures[j].shown);
			q.unit = measures[j].unit;
			add(t, i, q, (double)m->value);
		}
	}
}

static void add_totals(struct table *t, size_t i)
{
	const struct run *r = &t->runs->v[i];

	add(t, i, counted(GROUP_TOTAL, "exits"), (double)r->exits);
	add(t, i, counted(GROUP_TOTAL, "traps"), (double)r->traps);
	add(t, i, counted(GROUP_TOTAL, "module calls"), (double)r->calls);
}

/* Which run a purpose is of. */
struct purpose_of {
	struct table *t;
	size_t run;
};

static void add_purpose(const char *purpose, double count, void *to)
{
	const struct purpose_of *of = to;

	add(of->t, of->run, counted(GROUP_PURPOSE, purpose), count);
}

/* Runs share their events, and the row of each is looked for once. */
struct seen {
	const struct run_event *event;
	size_t row;
};

#define SEEN_SLOTS 8192

static size_t seen_slot(const struct run_event *e)
{
	return (size_t)e / sizeof(*e) % SEEN_SLOTS;
}

static size_t event_row(struct table *t, const struct run_event *e)
{
	struct quantity like = counted(e->detail_row ? GROUP_DETAIL : GROUP_REASON, e->name);

	like.kind = e->kind;
	like.class = e->class;
	like.reason = e->reason;
	return (size_t)(row(t, &like) - t->quantities.v);
}

static void add_counts(struct table *t, size_t i, struct seen *seen)
{
	const struct run_count_vec *all = &t->runs->v[i].counts;
	const struct run_count *c;
	struct seen *s;

	for (c = all->v; c < all->v + all->n; c++) {
		s = &seen[seen_slot(c->event)];
		if (s->event != c->event) {
			s->event = c->event;
			s->row = event_row(t, c->event);
		}
		t->quantities.v[s->row].values[i] += (double)c->kernel + (double)c->user;
	}
}

static double instructions(const struct run *r)
{
	const struct run_measure *m;

	for (m = r->measures.v; m < r->measures.v + r->measures.n; m++)
		if (streq(m->source, "counter") && streq(m->item, "instructions"))
			return (double)m->value;
	return 0;
}

/* All runs agree on what an operation is, or a run is one. */
static const char *operations(const struct run_vec *runs)
{
	const char *per = runs->n ? runs->v[0].per : NULL;
	size_t i;

	for (i = 0; per && i < runs->n; i++)
		if (!runs->v[i].per || !streq(runs->v[i].per, per) ||
		    !run_figure_find(&runs->v[i], per))
			return NULL;
	return per;
}

static void set_divisors(struct table *t)
{
	const char *per = operations(t->runs);
	const struct run *r;
	size_t i;

	t->operations = per ?: "run";
	for (i = 0; i < BASIS_COUNT; i++)
		t->divisors[i] = xcalloc(t->runs->n + 1, sizeof(double));
	for (i = 0; i < t->runs->n; i++) {
		r = &t->runs->v[i];
		t->divisors[BASIS_OP][i] = per ? run_figure_find(r, per)->value : 1;
		t->divisors[BASIS_SECOND][i] = (double)r->ns / NSEC_PER_SEC;
		t->divisors[BASIS_MINSTR][i] = instructions(r) / 1e6;
	}
}

/**
 * table_build - all quantities of some runs
 * @t: filled, to be freed with table_free()
 * @runs: with figures, counts and measures, which stay where they are
 */
void table_build(struct table *t, const struct run_vec *runs)
{
	struct seen *seen = xcalloc(SEEN_SLOTS, sizeof(*seen));
	struct purpose_of of = { .t = t };
	size_t i;

	*t = (struct table){ .runs = runs };
	set_divisors(t);
	for (i = 0; i < runs->n; i++) {
		add_figures(t, i);
		add_measures(t, i);
		if (!runs->v[i].counted)
			continue;
		add_totals(t, i);
		of.run = i;
		each_purpose(&runs->v[i], add_purpose, &of);
		add_counts(t, i, seen);
	}
	free(seen);
}

void table_free(struct table *t)
{
	size_t i;

	for (i = 0; i < t->quantities.n; i++)
		free(t->quantities.v[i].values);
	for (i = 0; i < BASIS_COUNT; i++)
		free(t->divisors[i]);
	free(t->quantities.v);
	*t = (struct table){ 0 };
}

/**
 * table_value - what a run has of a quantity
 * @t: the table
 * @q: the quantity
 * @run: the run's place
 * @basis: what counts are set in relation to
 *
 * Return: NAN if it is not known.
 */
double table_value(const struct table *t, const struct quantity *q, size_t run, enum basis basis)
{
	double by = t->divisors[basis][run];

	if (!q->counts)
		return q->values[run];
	if (!t->runs->v[run].counted && q->group != GROUP_FIGURE)
		return NAN;
	return by > 0 ? q->values[run] / by : NAN;
}
