// SPDX-License-Identifier: GPL-2.0
/* Mean and deviation after Welford: no sum of squares to lose figures in. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "counts/order.h"
#include "counts/series.h"

static int row_compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return record_compare(&x->r, &y->r);
}

static void row_add(struct row *row, const struct record *r)
{
	double count = (double)record_count(r), delta = count - row->mean;

	row->runs++;
	row->mean += delta / row->runs;
	row->m2 += delta * (count - row->mean);
	row->r.kernel = sat_add(row->r.kernel, r->kernel);
	row->r.user = sat_add(row->r.user, r->user);
	if (r->provenance > row->r.provenance)
		row->r.provenance = r->provenance;
}

/**
 * series_add - add one run
 * @s: the series; its rows stay sorted by key
 * @records: sorted differences of the run
 */
void series_add(struct series *s, const struct record_vec *records)
{
	size_t i, at = 0, old = s->rows.n;
	struct row *row;

	s->runs++;
	for (i = 0; i < records->n; i++) {
		while (at < old && record_compare(&s->rows.v[at].r, &records->v[i]) < 0)
			at++;
		if (at < old && !record_compare(&s->rows.v[at].r, &records->v[i])) {
			row_add(&s->rows.v[at], &records->v[i]);
			continue;
		}
		row = row_push(&s->rows);
		row->r = records->v[i];
		row->r.kernel = 0;
		row->r.user = 0;
		row_add(row, &records->v[i]);
	}
	if (s->rows.n > old)
		qsort(s->rows.v, s->rows.n, sizeof(*s->rows.v), row_compare);
}

static void add_bounce(struct snapshot *sum, const struct bounce *b)
{
	struct bounce *to;
	size_t i;

	for (i = 0; i < sum->bounces.n; i++) {
		to = &sum->bounces.v[i];
		if (to->cpu != b->cpu || !streq(to->device, b->device))
			continue;
		to->bounces = sat_add(to->bounces, b->bounces);
		to->bytes = sat_add(to->bytes, b->bytes);
		return;
	}
	*bounce_push(&sum->bounces) = *b;
}

static void add_idle(struct snapshot *sum, const struct idle *idle)
{
	struct idle *to;
	size_t i;

	for (i = 0; i < sum->idles.n; i++) {
		to = &sum->idles.v[i];
		if (to->cpu != idle->cpu || to->state != idle->state)
			continue;
		to->entries = sat_add(to->entries, idle->entries);
		return;
	}
	*idle_push(&sum->idles) = *idle;
}

static void add_hook(struct snapshot *sum, const struct hook *h)
{
	size_t i;

	for (i = 0; i < sum->hooks.n; i++) {
		if (!streq(sum->hooks.v[i].name, h->name))
			continue;
		sum->hooks.v[i].hits = sat_add(sum->hooks.v[i].hits, h->hits);
		sum->hooks.v[i].missed = sat_add(sum->hooks.v[i].missed, h->missed);
		return;
	}
	*hook_push(&sum->hooks) = *h;
}

/**
 * around_add - add one run's bounce buffers, idle states and hooks
 * @sum: of the runs so far
 * @d: difference of this run
 */
void around_add(struct snapshot *sum, const struct snapshot *d)
{
	size_t i;

	for (i = 0; i < d->bounces.n; i++)
		add_bounce(sum, &d->bounces.v[i]);
	for (i = 0; i < d->idles.n; i++)
		add_idle(sum, &d->idles.v[i]);
	for (i = 0; i < d->hooks.n; i++)
		add_hook(sum, &d->hooks.v[i]);
}

void series_free(struct series *s)
{
	free(s->rows.v);
	*s = (struct series){ 0 };
}

/* Mean over all runs; a run without the key counts as zero. */
double row_mean(const struct series *s, const struct row *row)
{
	return s->runs ? row->mean * row->runs / s->runs : 0;
}

/*
 * Sample deviation over all runs. The runs without the key are a second group
 * whose values are all zero (Chan's way of joining two groups).
 */
double row_stddev(const struct series *s, const struct row *row)
{
	double absent = s->runs - row->runs;

	if (s->runs < 2)
		return 0;
	return sqrt((row->m2 + row->mean * row->mean * row->runs * absent / s->runs) /
		    (s->runs - 1));
}

/* Sum over all runs. */
u64 row_count(const struct row *row)
{
	return record_count(&row->r);
}
