// SPDX-License-Identifier: GPL-2.0
#include "runs/purpose.h"

static double sum_of(const struct run_count *c)
{
	return (double)c->kernel + (double)c->user;
}

static bool same_reason(const struct run_event *a, const struct run_event *b)
{
	return streq(a->class, b->class) && streq(a->code, b->code);
}

/* Of a reason that says no purpose: what is in none of its details. */
static double left_over(const struct run *r, const struct run_count *reason)
{
	const struct run_count *d;
	double left = sum_of(reason);

	for (d = r->counts.v; d < r->counts.v + r->counts.n; d++)
		if (d->event->detail_row && same_reason(reason->event, d->event))
			left -= sum_of(d);
	return left;
}

/**
 * each_purpose - divide the exits of a run by purpose
 * @r: the run, with counts
 * @take: called with parts of them, whose sum is the number of exits
 * @to: for @take
 */
void each_purpose(const struct run *r, void (*take)(const char *purpose, double count, void *to),
		  void *to)
{
	const struct run_count *c;
	double left;

	for (c = r->counts.v; c < r->counts.v + r->counts.n; c++) {
		if (!streq(c->event->kind, "exit"))
			continue;
		if (*c->event->purpose) {
			take(c->event->purpose, sum_of(c), to);
			continue;
		}
		left = c->event->detail_row ? 0 : left_over(r, c);
		if (left > 0)
			take("unknown", left, to);
	}
}
