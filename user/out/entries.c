// SPDX-License-Identifier: GPL-2.0
/* Order: by CPU where asked for; exits, calls, traps; the most frequent first. */
#include <stdlib.h>

#include "counts/order.h"
#include "names/names.h"
#include "out/entries.h"

static int entry_compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	enum kind_of_class kx = class_kind(x->row->r.class), ky = class_kind(y->row->r.class);

	if (x->row->r.cpu != y->row->r.cpu)
		return x->row->r.cpu < y->row->r.cpu ? -1 : 1;
	if (kx != ky)
		return kx < ky ? -1 : 1;
	if (row_count(x->row) != row_count(y->row))
		return row_count(x->row) > row_count(y->row) ? -1 : 1;
	return record_compare(&x->row->r, &y->row->r);
}

static int detail_compare(const void *a, const void *b)
{
	const struct row *x = *(const struct row *const *)a, *y = *(const struct row *const *)b;
	int rc = reason_compare(&x->r, &y->r);

	if (rc)
		return rc;
	if (row_count(x) != row_count(y))
		return row_count(x) > row_count(y) ? -1 : 1;
	return record_compare(&x->r, &y->r);
}

/* First of the sorted details that is not before a reason. */
static size_t find_details(const struct row **details, size_t n, const struct record *r)
{
	size_t low = 0, high = n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (reason_compare(&details[mid]->r, r) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The details of each reason, as a slice of one sorted array. */
void entries_build(struct entries *e, const struct window *w)
{
	const struct row_vec *counts = &w->counts.rows, *details = &w->details.rows;
	size_t i, from, to;

	e->window = w;
	e->n = counts->n;
	e->exits = 0;
	e->v = xcalloc(e->n + 1, sizeof(*e->v));
	e->details = xcalloc(details->n + 1, sizeof(struct row *));
	for (i = 0; i < details->n; i++)
		e->details[i] = &details->v[i];
	qsort(e->details, details->n, sizeof(struct row *), detail_compare);
	for (i = 0; i < counts->n; i++) {
		if (class_kind(counts->v[i].r.class) == KIND_EXIT)
			e->exits += row_mean(&w->counts, &counts->v[i]);
		from = find_details(e->details, details->n, &counts->v[i].r);
		for (to = from; to < details->n; to++)
			if (reason_compare(&e->details[to]->r, &counts->v[i].r))
				break;
		e->v[i].row = &counts->v[i];
		e->v[i].details = e->details + from;
		e->v[i].ndetails = to - from;
	}
	qsort(e->v, e->n, sizeof(*e->v), entry_compare);
}

void entries_free(struct entries *e)
{
	free(e->v);
	free(e->details);
}

/* Of what a reason's details are a share: the two dumps are not one moment. */
double entry_detail_whole(const struct window *w, const struct entry *e)
{
	double sum = 0, count = row_mean(&w->counts, e->row);
	size_t i;

	for (i = 0; i < e->ndetails; i++)
		sum += row_mean(&w->details, e->details[i]);
	return sum > count ? sum : count;
}

/* One run is exact; several have a mean. */
void put_row_count(struct sheet *s, const struct series *series, const struct row *row)
{
	if (series->runs > 1)
		put_real(s, row_mean(series, row));
	else
		put_u64(s, row_count(row));
}

/* Events a second, if it is known how many seconds. */
void put_row_rate(struct sheet *s, const struct window *w, const struct row *row)
{
	if (w->seconds > 0)
		put_real(s, (double)row_count(row) / w->seconds);
	else
		put_none(s);
}

void put_share(struct sheet *s, double part, double whole)
{
	if (whole > 0)
		put_real(s, part / whole);
	else
		put_none(s);
}
