// SPDX-License-Identifier: GPL-2.0
/* Order: by CPU where asked for; exits, calls, traps; the most frequent first. */
#include <math.h>
#include <stdlib.h>

#include "counts/order.h"
#include "names/names.h"
#include "names/purpose.h"
#include "out/entries.h"

/* A purpose's class is a kind already. */
static enum kind_of_class row_kind(const struct row *row, bool by_purpose)
{
	return by_purpose ? row->r.class : class_kind(row->r.class);
}

static int entry_order(const void *a, const void *b, bool by_purpose)
{
	const struct entry *x = a, *y = b;
	enum kind_of_class kx = row_kind(x->row, by_purpose), ky = row_kind(y->row, by_purpose);

	if (x->row->r.cpu != y->row->r.cpu)
		return x->row->r.cpu < y->row->r.cpu ? -1 : 1;
	if (kx != ky)
		return kx < ky ? -1 : 1;
	if (row_count(x->row) != row_count(y->row))
		return row_count(x->row) > row_count(y->row) ? -1 : 1;
	return record_compare(&x->row->r, &y->row->r);
}

static int entry_compare(const void *a, const void *b)
{
	return entry_order(a, b, false);
}

static int purpose_entry_compare(const void *a, const void *b)
{
	return entry_order(a, b, true);
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
	e->by_purpose = false;
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

/* A detail, or a reason that has none, and what it is for. */
struct part_of {
	const struct row *row;
	u32 purpose;
};

static int part_compare(const struct part_of *p, u32 cpu, u32 kind, u64 purpose)
{
	if (p->row->r.cpu != cpu)
		return p->row->r.cpu < cpu ? -1 : 1;
	if (class_kind(p->row->r.class) != kind)
		return class_kind(p->row->r.class) < kind ? -1 : 1;
	return (p->purpose > purpose) - (p->purpose < purpose);
}

static int part_order(const void *a, const void *b)
{
	const struct part_of *x = a, *y = b;
	int rc = part_compare(x, y->row->r.cpu, class_kind(y->row->r.class), y->purpose);

	if (rc)
		return rc;
	if (row_count(x->row) != row_count(y->row))
		return row_count(x->row) > row_count(y->row) ? -1 : 1;
	return record_compare(&x->row->r, &y->row->r);
}

/* What is for anything: all details, and the reasons that have none. */
static size_t all_parts(const struct entries *reasons, struct part_of *parts)
{
	const struct entry *e;
	bool by_reason;
	size_t n = 0, i;
	u32 purpose;

	for (e = reasons->v; e < reasons->v + reasons->n; e++) {
		by_reason = reason_purpose(&e->row->r, &purpose);
		if (!e->ndetails)
			parts[n++] = (struct part_of){ e->row, purpose };
		for (i = 0; i < e->ndetails; i++)
			parts[n++] = (struct part_of){ e->details[i], by_reason ? purpose :
						       detail_purpose(&e->details[i]->r) };
	}
	qsort(parts, n, sizeof(*parts), part_order);
	return n;
}

/* First of the sorted parts that is not before a purpose. */
static size_t find_parts(const struct part_of *parts, size_t n, const struct record *r)
{
	size_t low = 0, high = n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (part_compare(&parts[mid], r->cpu, r->class, r->code) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/**
 * entries_by_purpose - the purposes, and what is for each of them
 * @e: filled, to be freed with entries_free()
 * @w: the window
 */
void entries_by_purpose(struct entries *e, const struct window *w)
{
	const struct row_vec *rows = &w->purposes.rows;
	struct entries reasons;
	struct part_of *parts;
	size_t n, i, from, to;

	entries_build(&reasons, w);
	parts = xcalloc(w->counts.rows.n + w->details.rows.n + 1, sizeof(*parts));
	n = all_parts(&reasons, parts);
	*e = (struct entries){ .window = w, .by_purpose = true, .n = rows->n,
			       .exits = reasons.exits };
	entries_free(&reasons);
	e->v = xcalloc(e->n + 1, sizeof(*e->v));
	e->details = xcalloc(n + 1, sizeof(struct row *));
	for (i = 0; i < n; i++)
		e->details[i] = parts[i].row;
	for (i = 0; i < rows->n; i++) {
		from = find_parts(parts, n, &rows->v[i].r);
		for (to = from; to < n; to++)
			if (part_compare(&parts[to], rows->v[i].r.cpu, rows->v[i].r.class,
					 rows->v[i].r.code))
				break;
		e->v[i] = (struct entry){ &rows->v[i], e->details + from, to - from };
	}
	free(parts);
	qsort(e->v, e->n, sizeof(*e->v), purpose_entry_compare);
}

enum kind_of_class entry_kind(const struct entries *e, const struct row *row)
{
	return row_kind(row, e->by_purpose);
}

/* What a reason, or a purpose, is called. */
const char *entry_label(const struct entries *e, const struct row *row, char *buf, size_t size)
{
	if (!e->by_purpose)
		return reason_label(row->r.class, record_has_code(&row->r), row->r.code, buf, size);
	snprintf(buf, size, "%s", purpose_name((u32)row->r.code));
	return buf;
}

/* What a detail is called; of a purpose, it has its reason before it. */
const char *entry_part(const struct entries *e, const struct row *row, char *buf, size_t size)
{
	char reason[NAME_BYTES], detail[NAME_BYTES];
	const struct record *r = &row->r;

	if (!e->by_purpose)
		return detail_label(r, buf, size);
	loss_label(r, reason, sizeof(reason));
	if (detail_told(r) || record_has_detail(r) || record_overflow(r))
		snprintf(buf, size, "%s %s", reason, detail_label(r, detail, sizeof(detail)));
	else
		snprintf(buf, size, "%s", reason);
	return buf;
}

/**
 * entry_purpose - what a reason is for
 * @e: the reason
 * @purpose: set
 *
 * Return: false if its details are for more than one thing.
 */
bool entry_purpose(const struct entry *e, u32 *purpose)
{
	size_t i;

	if (reason_purpose(&e->row->r, purpose))
		return true;
	for (i = 0; i < e->ndetails; i++) {
		if (i && detail_purpose(&e->details[i]->r) != *purpose)
			return false;
		*purpose = detail_purpose(&e->details[i]->r);
	}
	return true;
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

/*
 * Rounded one by one, means would not add up any more: all else is what is left of
 * them, and so may be off by one.
 */
static void put_rounded_others(struct sheet *s, const struct series *series, const struct row *row)
{
	double runs = series->runs, left = round(row_mean(series, row)) -
	       round((double)row->r.own / runs) - round((double)row->r.idle / runs);

	put_real(s, left > 0 ? left : 0);
}

/*
 * Whose it was, what came in idle CPUs, and all else, which is the rest: of one run.
 * @rounded: for people
 */
void put_own(struct sheet *s, const struct series *series, const struct row *row, bool rounded)
{
	u64 told = sat_add(row->r.own, row->r.idle), count = row_count(row);

	if (!(row->r.has & RECORD_OWN)) {
		put_none(s);
		put_none(s);
		put_none(s);
		return;
	}
	put_mean(s, row->r.own, series->runs);
	if (row->r.has & RECORD_IDLE)
		put_mean(s, row->r.idle, series->runs);
	else
		put_none(s);
	if (rounded && series->runs > 1)
		put_rounded_others(s, series, row);
	else
		put_mean(s, count > told ? count - told : 0, series->runs);
}

/* Of the CPU time that its handlers took; none of what was not timed. */
void put_time_share(struct sheet *s, const struct window *w, const struct row *row)
{
	if (row->r.has & RECORD_TIMED)
		put_share(s, (double)row->r.cycles, w->cpu_cycles);
	else
		put_none(s);
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
