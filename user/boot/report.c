// SPDX-License-Identifier: GPL-2.0
/* A boot's counters as rows: one for each reason and one for each detail. */
#include <stdlib.h>

#include "boot/boot.h"

/* A class that only a newer reader knows is nothing that has a name. */
static bool to_record(const struct boot_count *c, struct record *r)
{
	*r = (struct record){
		.has = BIT(CVMSTAT_A_COUNT_CODE),
		.code = c->code,
		.detail = c->detail,
		.op = c->op,
	};
	if (c->has_detail)
		r->has |= BIT(CVMSTAT_A_COUNT_DETAIL);
	if (c->overflow)
		r->has |= BIT(CVMSTAT_A_COUNT_OVERFLOW);
	return class_by_name(c->class, &r->class);
}

static bool same_reason(const struct record *a, const struct record *b)
{
	return a->class == b->class && a->code == b->code;
}

static bool same_detail(const struct record *a, const struct record *b)
{
	return same_reason(a, b) && a->has == b->has && a->op == b->op && a->detail == b->detail;
}

static void add(struct boot_row_vec *rows, const struct record *r, const struct boot_count *c,
		bool (*same)(const struct record *a, const struct record *b))
{
	struct boot_row *row;
	size_t i;

	for (i = 0; i < rows->n && !same(&rows->v[i].r, r); i++)
		;
	row = i < rows->n ? &rows->v[i] : boot_row_push(rows);
	row->r = *r;
	row->n[c->phase] = sat_add(row->n[c->phase], c->count);
	row->total = sat_add(row->total, c->count);
}

static int by_count(const void *a, const void *b)
{
	const struct boot_row *x = a, *y = b;
	enum kind_of_class kx = class_kind(x->r.class), ky = class_kind(y->r.class);

	if (kx != ky)
		return kx < ky ? -1 : 1;
	if (x->total != y->total)
		return x->total > y->total ? -1 : 1;
	if (x->r.class != y->r.class)
		return x->r.class < y->r.class ? -1 : 1;
	if (x->r.code != y->r.code)
		return x->r.code < y->r.code ? -1 : 1;
	if (x->r.detail != y->r.detail)
		return x->r.detail < y->r.detail ? -1 : 1;
	return (x->r.op > y->r.op) - (x->r.op < y->r.op);
}

static void sort(struct boot_row_vec *rows)
{
	if (rows->n)
		qsort(rows->v, rows->n, sizeof(*rows->v), by_count);
}

static void add_count(struct boot_report *r, const struct boot_count *c)
{
	struct record record;
	u64 *sum;

	if (!to_record(c, &record))
		return;
	sum = &r->sums[class_kind(record.class)][c->phase];
	*sum = sat_add(*sum, c->count);
	if (c->has_detail || c->overflow)
		add(&r->details, &record, c, same_detail);
	record.has = BIT(CVMSTAT_A_COUNT_CODE);
	record.detail = 0;
	record.op = 0;
	add(&r->reasons, &record, c, same_reason);
}

static int by_place(const void *a, const void *b)
{
	const struct boot_pages *x = a, *y = b;

	if (x->phase != y->phase)
		return x->phase < y->phase ? -1 : 1;
	if (x->op != y->op)
		return x->op < y->op ? -1 : 1;
	return (x->size > y->size) - (x->size < y->size);
}

/* The kernel has them in the order of its hash table. */
static void add_pages(struct boot_report *r, const struct boot_pages *p)
{
	if (p->op >= BOOT_PAGE_OPS)
		return;
	r->bytes[p->op][p->phase] += p->pages * p->size;
	*boot_pages_push(&r->pages) = *p;
}

/**
 * boot_report_build - add a boot's counters up
 * @r: filled, to be freed with boot_report_free()
 * @b: stays where it is
 */
void boot_report_build(struct boot_report *r, const struct boot *b)
{
	size_t i;

	*r = (struct boot_report){ .boot = b };
	for (i = 0; i < b->counts.n; i++)
		add_count(r, &b->counts.v[i]);
	for (i = 0; i < b->pages.n; i++)
		add_pages(r, &b->pages.v[i]);
	if (r->pages.n)
		qsort(r->pages.v, r->pages.n, sizeof(*r->pages.v), by_place);
	sort(&r->reasons);
	sort(&r->details);
}

void boot_report_free(struct boot_report *r)
{
	free(r->reasons.v);
	free(r->details.v);
	free(r->pages.v);
}

u64 boot_total(const struct boot_report *r, const u64 by_phase[BOOT_PHASES])
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < r->boot->nphases; i++)
		sum = sat_add(sum, by_phase[i]);
	return sum;
}
