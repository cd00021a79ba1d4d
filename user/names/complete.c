// SPDX-License-Identifier: GPL-2.0
/* Details that are all there: with those that are lost. */
#include <stdlib.h>

#include "counts/keep.h"
#include "counts/order.h"
#include "counts/settle.h"
#include "names/names.h"

/*
 * The events of a class whose detail found the table full, of whatever reason:
 * of a module that does not tell them by reason.
 */
static bool lost_in_class(const struct record *r)
{
	return record_overflow(r) && !record_has_code(r);
}

static u32 drop_lost_in_class(struct record_vec *details)
{
	size_t i, to = 0;
	u32 classes = 0;

	for (i = 0; i < details->n; i++) {
		if (!lost_in_class(&details->v[i]))
			details->v[to++] = details->v[i];
		else if (details->v[i].class < CLASS_COUNT)
			classes |= BIT(details->v[i].class);
	}
	details->n = to;
	return classes;
}

/**
 * details_complete - give what is in no detail a row of its own
 * @d: a difference
 *
 * Whatever the module had no room for, or was not to keep for a part of the
 * window: a reason that has details has all of its events in them.
 */
void details_complete(struct snapshot *d)
{
	u32 full = drop_lost_in_class(&d->details);
	struct record_vec missing = { 0 };
	struct record *r;
	size_t i;

	if (d->lacking & WANT(DETAILS) || (!d->config.details && !d->details.n && !full))
		return;
	details_missing(&d->counts, &d->details, &missing);
	for (i = 0; i < missing.n; i++) {
		r = &missing.v[i];
		if (!detail_told(r) || !record_count(r))
			continue;
		r->has = BIT(CVMSTAT_A_COUNT_CODE);
		if (full & BIT(r->class))
			r->has |= BIT(CVMSTAT_A_COUNT_OVERFLOW);
		r->provenance = CVMSTAT_PROVENANCE_INFERRED;
		*record_push(&d->details) = *r;
	}
	free(missing.v);
	part_sort(&parts[PART_DETAILS], d);
	records_merge(&d->details);
}
