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

/**
 * records_merge - add up what has the same key
 * @vec: in order; the sum is known as well as the worst of its parts
 */
void records_merge(struct record_vec *vec)
{
	struct record *to = vec->v, *r;

	if (!vec->n)
		return;
	for (r = vec->v + 1; r < vec->v + vec->n; r++) {
		if (record_compare(to, r)) {
			*++to = *r;
			continue;
		}
		to->kernel = sat_add(to->kernel, r->kernel);
		to->user = sat_add(to->user, r->user);
		to->cycles = sat_add(to->cycles, r->cycles);
		to->has |= r->has & RECORD_TIMED;
		if (r->provenance > to->provenance)
			to->provenance = r->provenance;
	}
	vec->n = (size_t)(to - vec->v) + 1;
}
