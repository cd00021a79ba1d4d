// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "counts/order.h"
#include "out/spread.h"

enum { TEXT_KIND, TEXT_NAME };

static const struct column columns[SPREAD_COLUMNS] = {
	[TEXT_KIND] = { NULL, "class", IN_TEXT, SHOW_PLAIN },
	[TEXT_NAME] = { NULL, "", IN_TEXT | COL_TRUNC, SHOW_PLAIN },
	{ NULL, "count", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
	{ NULL, "", IN_TEXT, SHOW_PLAIN },
	{ NULL, "share", IN_TEXT | COL_RIGHT | COL_SPARE, SHOW_PERCENT },
	{ NULL, "min", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
	{ NULL, "on", IN_TEXT | COL_SPARE, SHOW_PLAIN },
	{ NULL, "median", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
	{ NULL, "max", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
	{ NULL, "on", IN_TEXT, SHOW_PLAIN },
};

/**
 * struct spread - what a table of it is made of
 * @w: rows of each CPU
 * @sum: the same, of all CPUs together
 * @cpus: that are looked at
 * @counts: room for a count of each of them
 * @sorted: the same
 */
struct spread {
	const struct window *w;
	struct window sum;
	const struct cpus *cpus;
	double *counts;
	double *sorted;
};

/* The rows of a series, in order, with those of all CPUs in one. */
static void sum_series(const struct series *from, struct series *to)
{
	struct row *sum = NULL;
	struct record key;
	size_t i;

	to->runs = from->runs;
	for (i = 0; i < from->rows.n; i++) {
		key = from->rows.v[i].r;
		key.cpu = 0;
		if (!sum || record_compare(&sum->r, &key)) {
			sum = row_push(&to->rows);
			sum->r = key;
			sum->runs = to->runs;
			sum->mean = row_mean(from, &from->rows.v[i]);
			continue;
		}
		sum->r.kernel = sat_add(sum->r.kernel, key.kernel);
		sum->r.user = sat_add(sum->r.user, key.user);
		sum->mean += row_mean(from, &from->rows.v[i]);
	}
}

/* First row of a key, whatever its CPU. */
static size_t first_row(const struct series *s, const struct record *key)
{
	size_t low = 0, high = s->rows.n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (record_compare(&s->rows.v[mid].r, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool same_key(const struct record *r, const struct record *key)
{
	struct record any = *r;

	any.cpu = 0;
	return !record_compare(&any, key);
}

static bool fill(struct spread *sp, const struct series *s, const struct record *key)
{
	size_t i, first = first_row(s, key);
	u32 cpu;

	memset(sp->counts, 0, sp->cpus->n * sizeof(*sp->counts));
	for (i = first; i < s->rows.n && same_key(&s->rows.v[i].r, key); i++) {
		cpu = s->rows.v[i].r.cpu;
		if (cpu < sp->cpus->n)
			sp->counts[cpu] = row_mean(s, &s->rows.v[i]);
	}
	return i > first;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* A count, and the CPU that has it: the first of several. */
static void put_on(struct sheet *s, const struct spread *sp, double count)
{
	char text[24] = "";
	u32 cpu;

	for (cpu = 0; cpu < sp->cpus->n && !text[0]; cpu++)
		if (sp->cpus->v[cpu] != CPU_NONE && sp->counts[cpu] == count)
			snprintf(text, sizeof(text), "cpu%u", cpu);
	put_real(s, count);
	put_string(s, text);
}

static void put_spread(struct sheet *s, struct spread *sp)
{
	size_t n = 0;
	u32 cpu;

	for (cpu = 0; cpu < sp->cpus->n; cpu++)
		if (sp->cpus->v[cpu] != CPU_NONE)
			sp->sorted[n++] = sp->counts[cpu];
	if (!n) {
		while (s->cells.n % s->ncols)
			put_none(s);
		return;
	}
	qsort(sp->sorted, n, sizeof(*sp->sorted), compare);
	put_on(s, sp, sp->sorted[0]);
	put_real(s, (sp->sorted[(n - 1) / 2] + sp->sorted[n / 2]) / 2);
	put_on(s, sp, sp->sorted[n - 1]);
}

static void put_sum(struct sheet *s, struct spread *sp, const struct entries *e,
		    const struct row *row, bool is_exit)
{
	put_row_count(s, &sp->sum.counts, row);
	put_string(s, provenance_mark(row->r.provenance));
	put_share(s, row_mean(&sp->sum.counts, row), is_exit ? e->exits : 0);
	put_spread(s, sp);
}

static void put_entry(struct sheet *s, struct spread *sp, const struct entries *e,
		      const struct row *row)
{
	enum kind_of_class kind = entry_kind(e, row);
	char name[NAME_BYTES];

	fill(sp, e->by_purpose ? &sp->w->purposes : &sp->w->counts, &row->r);
	put_string(s, kind_name(kind));
	put_string(s, entry_label(e, row, name, sizeof(name)));
	put_sum(s, sp, e, row, kind == KIND_EXIT);
}

static void put_part(struct sheet *s, struct spread *sp, const struct entries *e,
		     const struct row *row)
{
	char name[2 * NAME_BYTES], *indented;

	/* A purpose has reasons without details as well. */
	if (!fill(sp, &sp->w->details, &row->r))
		fill(sp, &sp->w->counts, &row->r);
	indented = xasprintf("  %s", entry_part(e, row, name, sizeof(name)));
	put_string(s, "");
	put_string(s, indented);
	free(indented);
	put_sum(s, sp, e, row, class_kind(row->r.class) == KIND_EXIT);
}

/**
 * spread_sheet - for each reason, or purpose, the least, the median, and the most of a CPU
 * @s: filled, to be freed with sheet_free()
 * @cols: room for the columns, which @s points to
 * @w: with rows of each CPU
 * @cpus: that are looked at: what has no row on one of them, is 0 there
 * @by_purpose: purposes
 * @details: all details below each
 */
void spread_sheet(struct sheet *s, struct column cols[SPREAD_COLUMNS], const struct window *w,
		  const struct cpus *cpus, bool by_purpose, bool details)
{
	struct spread sp = { .w = w, .cpus = cpus, .sum = *w };
	const struct series none = { 0 };
	struct entries e;
	size_t i, j;

	sp.sum.counts = none;
	sp.sum.details = none;
	sp.sum.purposes = none;
	sum_series(&w->counts, &sp.sum.counts);
	sum_series(&w->details, &sp.sum.details);
	sum_series(&w->purposes, &sp.sum.purposes);
	sp.counts = xcalloc(cpus->n + 1, sizeof(*sp.counts));
	sp.sorted = xcalloc(cpus->n + 1, sizeof(*sp.sorted));
	(by_purpose ? entries_by_purpose : entries_build)(&e, &sp.sum);
	memcpy(cols, columns, sizeof(columns));
	cols[TEXT_NAME].title = by_purpose ? "purpose" : "reason";
	s->cols = cols;
	s->ncols = SPREAD_COLUMNS;
	for (i = 0; i < e.n; i++) {
		put_entry(s, &sp, &e, e.v[i].row);
		for (j = 0; details && j < e.v[i].ndetails; j++)
			put_part(s, &sp, &e, e.v[i].details[j]);
	}
	entries_free(&e);
	window_reset(&sp.sum);
	free(sp.counts);
	free(sp.sorted);
}
