// SPDX-License-Identifier: GPL-2.0
/*
 * A table of the most frequent lets a record go for a newcomer, and what it has
 * counted goes to those without a record: its class's, or its reason's, where
 * the module tells those by reason. So a window's own are not the difference of
 * their counter, which also has what others counted before the window. But the
 * sum over all records never loses an event: its difference is exact.
 */
#include <stdlib.h>

#include "counts/fades.h"
#include "counts/order.h"

static bool lost(const struct record *r)
{
	return record_overflow(r);
}

/* What a record's events go to when it is let go: the loss that is nearest. */
static bool belongs(const struct record *r, const struct record *loss)
{
	if (r->class != loss->class || r->cpu != loss->cpu)
		return false;
	return !record_has_code(loss) || (record_has_code(r) && r->code == loss->code);
}

static struct record *find_loss(struct record_vec *losses, const struct record *r, bool by_reason)
{
	size_t i;

	for (i = 0; i < losses->n; i++)
		if (record_has_code(&losses->v[i]) == by_reason && belongs(r, &losses->v[i]))
			return &losses->v[i];
	return NULL;
}

static struct record *loss_of(struct record_vec *losses, const struct record *r)
{
	return find_loss(losses, r, true) ?: find_loss(losses, r, false);
}

/* All that can lose: each with a sum of nothing yet. */
static struct record_vec all_losses(const struct record_vec *to)
{
	struct record_vec losses = { 0 };
	struct record *loss;
	size_t i;

	for (i = 0; i < to->n; i++) {
		if (!lost(&to->v[i]))
			continue;
		loss = record_push(&losses);
		*loss = to->v[i];
		loss->kernel = 0;
		loss->user = 0;
	}
	return losses;
}

static void add(struct record_vec *losses, const struct record_vec *records, bool all, u64 sign)
{
	struct record *loss;
	size_t i;

	for (i = 0; i < records->n; i++) {
		loss = all || !lost(&records->v[i]) ? loss_of(losses, &records->v[i]) : NULL;
		if (!loss)
			continue;
		loss->kernel += sign * records->v[i].kernel;
		loss->user += sign * records->v[i].user;
	}
}

/* A sum that is below zero was taken while a record changed hands. */
static u64 no_less(u64 sum)
{
	return sum > U64_MAX / 2 ? 0 : sum;
}

/**
 * fades_settle - give a window the losses that are its own
 * @from: all records before it
 * @to: all records after it
 * @d: differences of those that have one; their losses are replaced
 */
void fades_settle(const struct record_vec *from, const struct record_vec *to, struct record_vec *d)
{
	struct record_vec losses = all_losses(to);
	struct record *r;
	size_t i, n = 0;

	add(&losses, to, true, 1);
	add(&losses, from, true, -1ULL);
	add(&losses, d, false, -1ULL);
	for (i = 0; i < d->n; i++)
		if (!lost(&d->v[i]))
			d->v[n++] = d->v[i];
	d->n = n;
	for (i = 0; i < losses.n; i++) {
		r = &losses.v[i];
		r->kernel = no_less(r->kernel);
		r->user = no_less(r->user);
		if (record_count(r))
			*record_push(d) = *r;
	}
	free(losses.v);
	if (d->n)
		qsort(d->v, d->n, sizeof(*d->v), record_compare);
}
