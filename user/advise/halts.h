/* SPDX-License-Identifier: GPL-2.0 */
/* How long a run's halts were, and what is left of them for CPUs that poll first. */
#ifndef CVMSTAT_HALTS_H
#define CVMSTAT_HALTS_H

#include "store/run.h"

/* Where in its bucket each duration is taken to be: all that is known is the bucket. */
enum where { AT_BEGINNING, SPREAD, AT_END };

/**
 * struct halts - durations of halts
 * @run: which has them
 * @count: how many there are
 * @limit_ns: the longest poll, guest_halt_poll_ns
 */
struct halts {
	const struct run *run;
	double count;
	double limit_ns;
};

bool halts_find(struct halts *h, const struct run *r);
double halts_within(const struct halts *h, double ns, enum where where);
double halts_polled(const struct halts *h, enum where where);

#endif
