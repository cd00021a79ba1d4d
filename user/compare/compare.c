// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stdlib.h>

#include "compare/compare.h"
#include "compare/stats.h"

/*
 * Of all tests together, after Holm. Reports are to be wrong in at most 5 %:
 * logarithms of small counts are not quite normal.
 */
#define ALPHA 0.04

/*
 * So many events of a run, and such a part of all of its kind, on one side at
 * least, or it is not tested: what cannot explain anything would only make it
 * harder to see what does.
 */
#define LEAST_EVENTS 5
#define LEAST_PART 0.01

/* What is counted in whole numbers is uniform within one of them. */
#define ROUNDING 0.2886751345948129	/* 1 / sqrt(12) */

static double side_mean(const struct comparison *c, const struct quantity *q,
			const struct side *s, enum basis basis)
{
	double sum = 0, val;
	size_t i, n = 0;

	for (i = 0; i < s->n; i++) {
		val = table_value(&c->table, q, s->runs[i], basis);
		if (isnan(val))
			continue;
		sum += val;
		n++;
	}
	return n ? sum / (double)n : NAN;
}

/**
 * struct means - of the units of a side
 * @v: means of the basis
 * @events: of a unit, at most what rounding hides is less than its part
 * @s: the same as a sample
 */
struct means {
	double *v;
	double events;
	struct sample s;
};

static struct means unit_means(const struct comparison *c, const struct quantity *q,
			       const struct side *side, const u32 *units, size_t n)
{
	struct means m = { .v = xcalloc(n + 1, sizeof(double)) };
	double *runs = xcalloc(n + 1, sizeof(double)), val;
	size_t i, known = 0;

	for (i = 0; i < side->n; i++) {
		val = table_value(&c->table, q, side->runs[i], c->basis);
		if (units[i] >= n || isnan(val))
			continue;
		m.v[units[i]] += val;
		runs[units[i]]++;
		m.events += q->values[side->runs[i]];
		known++;
	}
	for (i = 0; i < n; i++)
		m.v[i] = runs[i] > 0 ? m.v[i] / runs[i] : NAN;
	m.events = known ? m.events / (double)n : 0;
	m.s = (struct sample){ m.v, n };
	free(runs);
	return m;
}

static bool all_known(struct sample s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (isnan(s.v[i]))
			return false;
	return true;
}

static bool all_positive(struct sample s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!(s.v[i] > 0))
			return false;
	return true;
}

static void take_logs(struct means *m)
{
	size_t i;

	for (i = 0; i < m->s.n; i++)
		m->v[i] = log(m->v[i]);
}

/* Deviation of a unit's mean that rounding may hide: of its logarithm, or of itself. */
static double rounding(const struct quantity *q, const struct means *m, bool logs)
{
	if (!q->counts || !(m->events > 0))
		return 0;
	return logs ? ROUNDING / m->events : ROUNDING / m->events * mean_of(m->s);
}

/*
 * On logarithms a difference is a ratio, and what varies by a part of itself
 * varies evenly. Where a side has a zero, it is a difference of the values.
 */
static void test(struct finding *f, const struct design *d, struct means *a, struct means *b)
{
	bool logs = all_positive(a->s) && all_positive(b->s);
	double floor_a = rounding(f->q, a, logs), floor_b = rounding(f->q, b, logs);
	struct difference diff;

	if (logs) {
		take_logs(a);
		take_logs(b);
	}
	diff = d->paired ? paired(a->s, b->s, hypot(floor_a, floor_b)) :
			   welch(a->s, b->s, floor_a, floor_b);
	f->p = diff.p;
	if (logs) {
		f->ratio = exp(diff.estimate);
		f->low = exp(diff.low);
		f->high = exp(diff.high);
	}
}

static double events_of(const struct quantity *q, const struct side *s)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < s->n; i++)
		sum += q->values[s->runs[i]];
	return sum / (double)s->n;
}

/* What a side has by itself, with its boots as clusters. */
struct estimate estimate(const struct comparison *c, const struct quantity *q, size_t side,
			 enum basis basis)
{
	const struct side *s = &c->sides[side];
	struct estimate e = { side_mean(c, q, s, basis), NAN, NAN };
	struct difference d;
	struct means m;
	size_t boots;
	u32 *units = design_boots(c->runs, s, &boots);

	if (boots >= LEAST_UNITS && basis == c->basis) {
		m = unit_means(c, q, s, units, boots);
		if (all_known(m.s)) {
			d = mean_interval(m.s, rounding(q, &m, false));
			e.low = d.low;
			e.high = d.high;
		}
		free(m.v);
	}
	free(units);
	return e;
}

/* The row of all events of a kind. */
static const struct quantity *whole_of(const struct table *t, const struct quantity *q)
{
	const char *name = streq(q->kind, "trap") ? "traps" :
			   streq(q->kind, "call") ? "module calls" : "exits";
	const struct quantity *total;

	for (total = t->quantities.v; total < t->quantities.v + t->quantities.n; total++)
		if (total->group == GROUP_TOTAL && streq(total->name, name))
			return total;
	return q;
}

static bool rare_on(const struct comparison *c, const struct quantity *q, const struct side *s)
{
	double events = events_of(q, s);

	return events < LEAST_EVENTS ||
	       (q->group > GROUP_TOTAL &&
		events < LEAST_PART * events_of(whole_of(&c->table, q), s));
}

static bool is_rare(const struct comparison *c, const struct finding *f)
{
	return f->q->counts && rare_on(c, f->q, &c->sides[0]) &&
	       rare_on(c, f->q, &c->sides[f->side]);
}

static void find(const struct comparison *c, struct finding *f)
{
	const struct design *d = &c->designs[f->side];
	const struct side *a = &c->sides[0], *b = &c->sides[f->side];
	struct means ma, mb;
	enum basis basis;

	for (basis = 0; basis < BASIS_COUNT; basis++) {
		f->mean[0][basis] = side_mean(c, f->q, a, basis);
		f->mean[1][basis] = side_mean(c, f->q, b, basis);
	}
	f->ratio = f->mean[1][c->basis] / f->mean[0][c->basis];
	if (!isfinite(f->ratio))
		f->ratio = NAN;
	f->low = NAN;
	f->high = NAN;
	f->p = NAN;
	f->explains = NAN;
	f->verdict = is_rare(c, f) ? VERDICT_RARE : VERDICT_NONE;
	if (d->problem || f->verdict == VERDICT_RARE)
		return;
	ma = unit_means(c, f->q, a, d->units[0], d->n[0]);
	mb = unit_means(c, f->q, b, d->units[1], d->n[1]);
	if (all_known(ma.s) && all_known(mb.s))
		test(f, d, &ma, &mb);
	free(ma.v);
	free(mb.v);
}

/* A reason's only detail says what the reason says: it is not tested twice. */
static bool is_double(const struct table *t, const struct quantity *q)
{
	const struct quantity *other;
	size_t details = 0;

	if (q->group != GROUP_DETAIL)
		return false;
	for (other = t->quantities.v; other < t->quantities.v + t->quantities.n; other++)
		details += other->group == GROUP_DETAIL && streq(other->class, q->class) &&
			   streq(other->reason, q->reason);
	return details == 1;
}

static void find_all(struct comparison *c, size_t side)
{
	const struct quantity *q;
	struct finding *f;

	for (q = c->table.quantities.v; q < c->table.quantities.v + c->table.quantities.n; q++) {
		if (is_double(&c->table, q))
			continue;
		f = finding_push(&c->findings);
		f->q = q;
		f->side = side;
		find(c, f);
	}
}

static void judge(struct comparison *c)
{
	size_t n = c->findings.n, i;
	double *p = xcalloc(n + 1, sizeof(*p)), *adjusted = xcalloc(n + 1, sizeof(*p));
	struct finding *f;

	for (i = 0; i < n; i++)
		p[i] = c->findings.v[i].p;
	holm(p, adjusted, n);
	for (i = 0; i < n; i++) {
		f = &c->findings.v[i];
		f->holm = adjusted[i];
		if (isnan(f->p))
			continue;
		if (f->holm > ALPHA)
			f->verdict = VERDICT_SAME;
		else
			f->verdict = f->mean[1][c->basis] > f->mean[0][c->basis] ? VERDICT_MORE :
										  VERDICT_LESS;
	}
	free(p);
	free(adjusted);
}

static double change(const struct finding *f, enum basis basis)
{
	return f->mean[1][basis] - f->mean[0][basis];
}

/* How much of the difference in all exits is a reason's, a purpose's, a detail's. */
static void explain(struct comparison *c)
{
	double *whole = xcalloc(c->nsides, sizeof(*whole));
	struct finding *f;
	size_t i;

	for (i = 0; i < c->findings.n; i++) {
		f = &c->findings.v[i];
		if (f->q->group == GROUP_TOTAL && streq(f->q->name, "exits"))
			whole[f->side] = change(f, c->basis);
	}
	for (i = 0; i < c->findings.n; i++) {
		f = &c->findings.v[i];
		if (whole[f->side] != 0 &&
		    (f->q->group == GROUP_PURPOSE || streq(f->q->kind, "exit")))
			f->explains = change(f, c->basis) / whole[f->side];
	}
	free(whole);
}

static enum basis sort_basis;

/* Known changes, the largest first; figures and totals as they come. */
static int by_change(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	double dx = fabs(change(x, sort_basis)), dy = fabs(change(y, sort_basis));

	if (x->side != y->side)
		return x->side < y->side ? -1 : 1;
	if (x->q->group != y->q->group)
		return x->q->group < y->q->group ? -1 : 1;
	if (x->q->group <= GROUP_TOTAL || !(dx < dy || dx > dy))
		return x->q < y->q ? -1 : x->q > y->q;
	return dx > dy ? -1 : 1;
}

/**
 * compare - hold sides against the first
 * @c: runs, sides and basis are set; the rest is filled
 */
void compare(struct comparison *c)
{
	size_t i;

	table_build(&c->table, c->runs);
	c->designs = xcalloc(c->nsides, sizeof(*c->designs));
	for (i = 1; i < c->nsides; i++) {
		design_make(&c->designs[i], c->runs, &c->sides[0], &c->sides[i]);
		find_all(c, i);
	}
	judge(c);
	explain(c);
	sort_basis = c->basis;
	if (c->findings.n)
		qsort(c->findings.v, c->findings.n, sizeof(*c->findings.v), by_change);
}

void comparison_free(struct comparison *c)
{
	size_t i;

	for (i = 1; i < c->nsides; i++)
		design_free(&c->designs[i]);
	free(c->designs);
	free(c->findings.v);
	table_free(&c->table);
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_NONE] = "no verdict", [VERDICT_RARE] = "too rare",
		[VERDICT_SAME] = "no difference shown", [VERDICT_MORE] = "more",
		[VERDICT_LESS] = "less",
	};

	return names[verdict];
}

/**
 * worse_by - by how much a side is worse
 * @f: the finding
 *
 * Of all exits, and of figures of which it is known which way is better.
 *
 * Return: a part of the first side; 0 if it is not shown to be worse.
 */
double worse_by(const struct finding *f)
{
	bool more = f->verdict == VERDICT_MORE, less = f->verdict == VERDICT_LESS;
	enum better better = f->q->better;

	if (f->q->group == GROUP_TOTAL && streq(f->q->name, "exits"))
		better = BETTER_LOWER;
	if ((f->q->group != GROUP_FIGURE && f->q->group != GROUP_TOTAL) ||
	    better == BETTER_UNKNOWN)
		return 0;
	if (better == BETTER_LOWER && more)
		return isnan(f->ratio) ? HUGE_VAL : f->ratio - 1;
	if (better == BETTER_HIGHER && less)
		return 1 - f->ratio;
	return 0;
}
