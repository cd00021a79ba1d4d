// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "counts/parts.h"
#include "counts/times.h"

static const struct hist *find(const struct hist_vec *hists, const struct record *r)
{
	struct hist key = { .has = r->has & BIT(CVMSTAT_A_COUNT_CODE), .class = r->class,
			    .code = r->code, .cpu = r->cpu };

	return hists->n ? bsearch(&key, hists->v, hists->n, sizeof(key),
				  parts[PART_HISTS].order) : NULL;
}

/**
 * counts_time - give counts the time of their handlers
 * @d: a difference, with histograms in order
 */
void counts_time(struct snapshot *d)
{
	const struct hist *h;
	struct record *r;

	for (r = d->counts.v; r < d->counts.v + d->counts.n; r++) {
		h = find(&d->hists, r);
		if (!h)
			continue;
		r->cycles = h->cycles;
		r->has |= RECORD_TIMED;
	}
}
