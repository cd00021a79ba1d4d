// SPDX-License-Identifier: GPL-2.0
/* Mean and deviation after Welford: no sum of squares to lose figures in. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "counts/keep.h"
#include "counts/order.h"
#include "counts/series.h"

static int row_compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return record_compare(&x->r, &y->r);
}

static void keep_value(struct row *row, u32 run, u64 count)
{
	while (row->values.n + 1 < run)
		u64_push(&row->values, 0);
	u64_push(&row->values, count);
}

static void row_add(struct series *s, struct row *row, const struct record *r)
{
	double count = (double)record_count(r), delta = count - row->mean;

	row->runs++;
	row->mean += delta / row->runs;
	row->m2 += delta * (count - row->mean);
	row->r.kernel = sat_add(row->r.kernel, r->kernel);
	row->r.user = sat_add(row->r.user, r->user);
	row->r.own = sat_add(row->r.own, r->own);
	row->r.idle = sat_add(row->r.idle, r->idle);
	row->r.cycles = sat_add(row->r.cycles, r->cycles);
	/* Of all runs, or of none. */
	row->r.has &= r->has | ~(RECORD_OWN | RECORD_IDLE | RECORD_TIMED);
	if (r->provenance > row->r.provenance)
		row->r.provenance = r->provenance;
	if (s->keep)
		keep_value(row, s->runs, record_count(r));
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
			row_add(s, &s->rows.v[at], &records->v[i]);
			continue;
		}
		row = row_push(&s->rows);
		row->r = records->v[i];
		row->r.kernel = 0;
		row->r.user = 0;
		row->r.own = 0;
		row->r.idle = 0;
		row->r.cycles = 0;
		row_add(s, row, &records->v[i]);
	}
	if (s->rows.n > old)
		qsort(s->rows.v, s->rows.n, sizeof(*s->rows.v), row_compare);
}

void series_free(struct series *s)
{
	size_t i;

	for (i = 0; i < s->rows.n; i++)
		free(s->rows.v[i].values.v);
	free(s->rows.v);
	*s = (struct series){ .keep = s->keep };
}

/**
 * window_add - add what one run counted
 * @w: the window
 * @d: difference of the run
 */
void window_add(struct window *w, const struct snapshot *d)
{
	w->platform = d->info.platform;
	w->counted = classes_counted(d) & (w->counts.runs ? w->counted : -1U);
	w->idle = w->whose && !(d->lacking & WANT(IDLE_COUNTS));
	w->seconds += (double)d->ns / NSEC_PER_SEC;
	series_add(&w->counts, &d->counts);
	series_add(&w->details, &d->details);
	series_add(&w->purposes, &d->purposes);
}

/* The next window is like this one, and nothing is counted in it yet. */
void window_reset(struct window *w)
{
	series_free(&w->counts);
	series_free(&w->details);
	series_free(&w->purposes);
	w->seconds = 0;
	w->cpu_cycles = 0;
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
