// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "counts/order.h"
#include "counts/settle.h"

static int pointer_compare(const void *a, const void *b)
{
	const struct record *const *x = a, *const *y = b;

	return reason_compare(*x, *y);
}

static const struct record **by_reason(const struct record_vec *vec)
{
	const struct record **order = xcalloc(vec->n + 1, sizeof(struct record *));
	size_t i;

	for (i = 0; i < vec->n; i++)
		order[i] = &vec->v[i];
	/* Totals come in order. */
	for (i = 1; i < vec->n; i++)
		if (reason_compare(order[i - 1], order[i]) > 0)
			break;
	if (i < vec->n)
		qsort(order, vec->n, sizeof(struct record *), pointer_compare);
	return order;
}

/*
 * Add up the records of one reason among those in order, and move the place
 * in the order behind them. Counters may wrap, and so may their sum.
 *
 * Return: how many there were.
 */
static size_t add_up(const struct record **order, size_t n, size_t *at,
		     const struct record *reason, struct record *sum)
{
	size_t found = 0;
	int rc;

	sum->kernel = 0;
	sum->user = 0;
	for (; *at < n; ++*at) {
		rc = reason_compare(order[*at], reason);
		if (rc > 0)
			break;
		if (rc < 0)
			continue;
		sum->kernel += order[*at]->kernel;
		sum->user += order[*at]->user;
		found++;
	}
	return found;
}

/**
 * details_missing - what of the totals is in no detail
 * @counts: totals
 * @details: the details
 * @missing: for each of @counts, in their order, what its details do not have
 */
void details_missing(const struct record_vec *counts, const struct record_vec *details,
		     struct record_vec *missing)
{
	const struct record **parts = by_reason(details), **order = by_reason(counts);
	size_t i, at = 0;
	struct record sum, *r;

	for (i = 0; i < counts->n; i++)
		*record_push(missing) = counts->v[i];
	for (i = 0; i < counts->n; i++) {
		r = &missing->v[order[i] - counts->v];
		add_up(parts, details->n, &at, r, &sum);
		r->kernel -= sum.kernel < r->kernel ? sum.kernel : r->kernel;
		r->user -= sum.user < r->user ? sum.user : r->user;
	}
	free(parts);
	free(order);
}

/* A counter may wrap in between: it is the distances that are compared. */
static bool within(u64 low, u64 val, u64 high)
{
	return val - low <= high - low;
}

/**
 * counts_settle - give reasons the sum of their details as their total
 * @first: totals asked for before the details
 * @details: the details
 * @second: totals asked for after them; those are replaced whose details are
 *	complete, which shows by their sum being between the two totals
 */
void counts_settle(const struct record_vec *first, const struct record_vec *details,
		   struct record_vec *second)
{
	const struct record **before = by_reason(first), **parts = by_reason(details);
	const struct record **order = by_reason(second);
	size_t i, at_before = 0, at_parts = 0;
	struct record low, sum, *r;

	for (i = 0; i < second->n; i++) {
		r = &second->v[order[i] - second->v];
		add_up(before, first->n, &at_before, r, &low);
		if (!add_up(parts, details->n, &at_parts, r, &sum))
			continue;
		if (!within(low.kernel, sum.kernel, r->kernel) ||
		    !within(low.user, sum.user, r->user))
			continue;
		r->kernel = sum.kernel;
		r->user = sum.user;
	}
	free(before);
	free(parts);
	free(order);
}

/**
 * snapshot_settle - make the totals those of the details
 * @s: with counts, details and recounts; the last of these go
 *
 * Totals and details are taken one after the other, and events come in
 * between. The totals come once more after the details: where the sum of a
 * reason's details lies between the two totals, it is itself the total of the
 * moment between, and the figures of one table add up. Where it does not,
 * details are missing, and the total stays.
 */
void snapshot_settle(struct snapshot *s)
{
	counts_settle(&s->counts, &s->details, &s->recounts);
	free(s->counts.v);
	s->counts = s->recounts;
	s->recounts = (struct record_vec){ 0 };
}
