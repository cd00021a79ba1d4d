// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stdlib.h>

#include "compare/notes.h"
#include "compare/stats.h"
#include "runs/category.h"

/* Kendall's correlation needs so many values, and so small a chance. */
#define TREND_LEAST 8
#define TREND_P 0.01

#define FAR "%s: %s of %zu of %zu runs %s far from the others, and %s in all figures"
#define UNCOUNTED "%s: %zu of %zu runs were recorded without the module: exits are unknown"

static const char *value_of(const struct run *r, const struct category *k, char *buf, size_t size)
{
	return k->get(r, buf, size) ?: "unknown";
}

/* The value that all runs of a side have, or "several". */
static const char *side_value(const struct comparison *c, const struct side *s,
			      const struct category *k, char *buf, size_t size)
{
	char other[128];
	const char *first = value_of(&c->runs->v[s->runs[0]], k, buf, size);
	size_t i;

	for (i = 1; i < s->n; i++)
		if (!streq(first, value_of(&c->runs->v[s->runs[i]], k, other, sizeof(other))))
			return "several";
	return first;
}

/* Rows of category, value of the first side, of the other, and whether it takes a reboot. */
void put_differing(struct sheet *s, const struct comparison *c)
{
	char a[128], b[128];
	const char *va, *vb;
	size_t i, side;

	for (side = 1; side < c->nsides; side++) {
		for (i = 0; i < category_count; i++) {
			va = side_value(c, &c->sides[0], &categories[i], a, sizeof(a));
			vb = side_value(c, &c->sides[side], &categories[i], b, sizeof(b));
			if (streq(va, vb) && !streq(va, "several"))
				continue;
			put_string(s, c->sides[side].label);
			put_string(s, categories[i].key);
			put_string(s, va);
			put_string(s, vb);
			put_bool(s, categories[i].reboot);
		}
	}
}

static int by_start(const void *a, const void *b)
{
	const struct run *const *x = a, *const *y = b;

	return (*x)->started_utc_ns < (*y)->started_utc_ns ? -1 :
	       (*x)->started_utc_ns > (*y)->started_utc_ns;
}

/* Values of a side in the order of time. */
static struct sample in_time(const struct comparison *c, const struct quantity *q,
			     const struct side *side, double *v)
{
	const struct run **order = xcalloc(side->n + 1, sizeof(struct run *));
	struct sample s = { v, 0 };
	double val;
	size_t i;

	for (i = 0; i < side->n; i++)
		order[i] = &c->runs->v[side->runs[i]];
	qsort(order, side->n, sizeof(struct run *), by_start);
	for (i = 0; i < side->n; i++) {
		val = table_value(&c->table, q, (size_t)(order[i] - c->runs->v), c->basis);
		if (!isnan(val))
			v[s.n++] = val;
	}
	free(order);
	return s;
}

/* Those that are shown first: of all others there are too many. */
static bool is_watched(const struct quantity *q)
{
	return (q->group == GROUP_FIGURE && !q->counts) ||
	       (q->group == GROUP_TOTAL && streq(q->name, "exits"));
}

static void put_formatted(struct sheet *s, char *text)
{
	put_string(s, text);
	free(text);
}

static void watch(struct sheet *s, const struct comparison *c, const struct side *side)
{
	double *v = xcalloc(side->n + 1, sizeof(*v));
	const struct quantity *q;
	struct sample sample;
	size_t far;

	for (q = c->table.quantities.v; q < c->table.quantities.v + c->table.quantities.n; q++) {
		if (!is_watched(q))
			continue;
		sample = in_time(c, q, side, v);
		far = sample.n ? outliers(sample) : 0;
		if (far)
			put_formatted(s, xasprintf(FAR, side->label, q->name, far, sample.n,
						   far == 1 ? "is" : "are",
						   far == 1 ? "is" : "are"));
		if (sample.n >= TREND_LEAST && trend_p(sample) < TREND_P)
			put_formatted(s, xasprintf("%s: %s drifts from run to run", side->label,
						   q->name));
	}
	free(v);
}

static void put_problem(struct sheet *s, const struct comparison *c, size_t side)
{
	if (c->designs[side].problem)
		put_formatted(s, xasprintf("%s against %s: no verdict: %s", c->sides[side].label,
					   c->sides[0].label, c->designs[side].problem));
}

static void put_uncounted(struct sheet *s, const struct comparison *c, const struct side *side)
{
	size_t i, lacking = 0;

	for (i = 0; i < side->n; i++)
		lacking += !c->runs->v[side->runs[i]].counted;
	if (lacking)
		put_formatted(s, xasprintf(UNCOUNTED, side->label, lacking, side->n));
}

/* Rows of one text each. */
void put_comparison_notes(struct sheet *s, const struct comparison *c)
{
	size_t i;

	for (i = 1; i < c->nsides; i++)
		put_problem(s, c, i);
	for (i = 0; i < c->nsides; i++) {
		put_uncounted(s, c, &c->sides[i]);
		watch(s, c, &c->sides[i]);
	}
}
