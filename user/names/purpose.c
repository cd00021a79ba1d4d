// SPDX-License-Identifier: GPL-2.0
/*
 * What traps, exits and calls are for, after the tables of cvmstat_purposes.h; and
 * what is at different places in different machines, after the names of it.
 */
#include <stdlib.h>
#include <string.h>

#include "counts/keep.h"
#include "counts/order.h"
#include "counts/settle.h"
#include "names/hypercall.h"
#include "names/names.h"
#include "names/place.h"
#include "names/purpose.h"

static const char *const purpose_names[] = {
#define PURPOSE_NAME(ident, name, what) name,
	CVMSTAT_PURPOSES(PURPOSE_NAME)
};

static const struct {
	u32 classes;
	u32 purpose;
	u64 code;
} reasons[] = CVMSTAT_REASON_PURPOSES;

static const struct {
	u32 kind;
	u32 purpose;
	u64 first, last;
} details[] = CVMSTAT_DETAIL_PURPOSES;

const char *purpose_name(u32 purpose)
{
	return purpose < ARRAY_SIZE(purpose_names) ? purpose_names[purpose] : "?";
}

/**
 * reason_purpose - what a reason is for, if its details need not say it
 * @r: of the reason
 * @purpose: set
 */
bool reason_purpose(const struct record *r, u32 *purpose)
{
	size_t i;

	*purpose = CVMSTAT_PURPOSE_UNKNOWN;
	if (!record_has_code(r) || r->class >= CLASS_COUNT)
		return true;
	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		if (reasons[i].classes & BIT(r->class) && reasons[i].code == r->code) {
			*purpose = reasons[i].purpose;
			return true;
		}
	}
	if (detail_kind(r) != CVMSTAT_DETAIL_NONE)
		return false;
	*purpose = r->class == CVMSTAT_CLASS_SVSM ? CVMSTAT_PURPOSE_SVSM : CVMSTAT_PURPOSE_OTHER;
	return true;
}

static u32 table_purpose(unsigned int kind, u64 at)
{
	size_t i;

	if (kind == CVMSTAT_DETAIL_GPA && (at & ~0xfffULL) == CVMSTAT_LAPIC_PAGE) {
		kind = CVMSTAT_DETAIL_MSR;
		at = CVMSTAT_X2APIC_MSR(at);
	}
	for (i = 0; i < ARRAY_SIZE(details); i++)
		if (details[i].kind == kind && at >= details[i].first && at <= details[i].last)
			return details[i].purpose;
	return CVMSTAT_PURPOSE_OTHER;
}

/* Devices are where the machine has them, and so is ACPI's timer. */
static u32 place_purpose(unsigned int kind, u64 at)
{
	bool port = kind == CVMSTAT_DETAIL_PORT;
	u32 purpose = table_purpose(kind, at);
	char name[NAME_BYTES];

	if (purpose != CVMSTAT_PURPOSE_OTHER)
		return purpose;
	if (place_doorbell(at, port))
		return CVMSTAT_PURPOSE_DOORBELL;
	if (port && !place_fixed_port(at, name, sizeof(name)) &&
	    place_kernel(at, true, name, sizeof(name)) && strstr(name, "PM_TMR"))
		return CVMSTAT_PURPOSE_CLOCK;
	return CVMSTAT_PURPOSE_OTHER;
}

/* What a detail is for, where its reason does not say it. */
u32 detail_purpose(const struct record *r)
{
	unsigned int kind = detail_kind(r);

	if (record_overflow(r) || !record_has_detail(r))
		return CVMSTAT_PURPOSE_UNKNOWN;
	switch (kind) {
	case CVMSTAT_DETAIL_MSR:
		return table_purpose(kind, detail_place(r));
	case CVMSTAT_DETAIL_PORT:
	case CVMSTAT_DETAIL_GPA:
		return place_purpose(kind, detail_place(r));
	case CVMSTAT_DETAIL_HYPERCALL:
		return hypercall_purpose(r->detail, is_hyperv_call(r));
	default:
		return CVMSTAT_PURPOSE_OTHER;
	}
}

/* A purpose is a reason of a kind of class: it is counted as reasons are. */
static void add(struct record_vec *to, const struct record *r, u32 purpose)
{
	struct record *sum;

	if (!record_count(r))
		return;
	sum = record_push(to);
	sum->has = BIT(CVMSTAT_A_COUNT_CODE);
	sum->class = class_kind(r->class);
	sum->code = purpose;
	sum->cpu = r->cpu;
	sum->kernel = r->kernel;
	sum->user = r->user;
	sum->provenance = r->provenance;
	sum->cycles = r->cycles;
	sum->has |= r->has & RECORD_TIMED;
}

/* In order, one of all CPUs is behind the other. */
static bool same_detail(const struct record *a, const struct record *b)
{
	return a->class == b->class && a->code == b->code && a->detail == b->detail &&
	       a->has == b->has && a->op == b->op;
}

static void add_details(struct record_vec *to, const struct record_vec *from)
{
	const struct record *last = NULL;
	u32 purpose = 0, ignored;
	bool by_reason = false;
	size_t i;

	for (i = 0; i < from->n; i++) {
		if (!last || !same_detail(last, &from->v[i])) {
			last = &from->v[i];
			by_reason = reason_purpose(last, &ignored);
			purpose = by_reason ? 0 : detail_purpose(last);
		}
		if (!by_reason)
			add(to, &from->v[i], purpose);
	}
}

/**
 * purposes_add_up - add up what is for the same
 * @d: a difference
 *
 * Its purposes are then records with a kind of class for a class and a purpose for
 * a code. What of a reason is in no detail, which would say it, is unknown.
 */
void purposes_add_up(struct snapshot *d)
{
	struct record_vec missing = { 0 };
	u32 purpose;
	size_t i;

	d->purposes.n = 0;
	details_missing(&d->counts, &d->details, &missing);
	for (i = 0; i < d->counts.n; i++) {
		if (reason_purpose(&d->counts.v[i], &purpose))
			add(&d->purposes, &d->counts.v[i], purpose);
		else
			add(&d->purposes, &missing.v[i], CVMSTAT_PURPOSE_UNKNOWN);
	}
	free(missing.v);
	add_details(&d->purposes, &d->details);
	part_sort(&parts[PART_PURPOSES], d);
	records_merge(&d->purposes);
}
