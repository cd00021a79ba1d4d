// SPDX-License-Identifier: GPL-2.0
#include "counts/order.h"
#include "counts/parts.h"

/* By all that tells one record from another. */
int record_compare(const void *a, const void *b)
{
	return parts[PART_COUNTS].order(a, b);
}

/* By reason alone, and by CPU: that of a sum is always 0. */
int reason_compare(const struct record *a, const struct record *b)
{
	return compare_u64(a->class, b->class) ?:
	       compare_u64(record_has_code(a), record_has_code(b)) ?:
	       compare_u64(a->code, b->code) ?:
	       compare_u64(a->cpu, b->cpu);
}
