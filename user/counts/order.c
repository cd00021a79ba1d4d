// SPDX-License-Identifier: GPL-2.0
#include "counts/order.h"

static int compare(u64 a, u64 b)
{
	return a < b ? -1 : a > b;
}

/* By reason alone, and by CPU: that of a sum is always 0. */
int reason_compare(const struct record *a, const struct record *b)
{
	return compare(a->class, b->class) ?:
	       compare(record_has_code(a), record_has_code(b)) ?:
	       compare(a->code, b->code) ?:
	       compare(a->cpu, b->cpu);
}

/* Attributes whose presence makes another key. */
#define KEY_BITS (BIT(CVMSTAT_A_COUNT_CODE) | BIT(CVMSTAT_A_COUNT_DETAIL) | \
		  BIT(CVMSTAT_A_COUNT_OVERFLOW) | BIT(CVMSTAT_A_COUNT_RIP))

int record_compare(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	return compare(x->class, y->class) ?:
	       compare(x->has & KEY_BITS, y->has & KEY_BITS) ?:
	       compare(x->code, y->code) ?:
	       compare(x->op, y->op) ?:
	       compare(x->detail, y->detail) ?:
	       compare(x->rip, y->rip) ?:
	       compare(x->tgid, y->tgid) ?:
	       compare(x->cpu, y->cpu);
}
