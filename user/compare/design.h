/* SPDX-License-Identifier: GPL-2.0 */
/* Which runs of two sides can be held against each other, and which belong together. */
#ifndef CVMSTAT_DESIGN_H
#define CVMSTAT_DESIGN_H

#include "store/run.h"

/* Fewer clusters a side say nothing of chance. */
#define LEAST_UNITS 3

/**
 * struct side - runs that are one side of a comparison
 * @label: what the user called it
 * @runs: their places among all runs
 * @n: how many
 */
struct side {
	const char *label;
	size_t *runs;
	size_t n;
};

/**
 * struct design - clusters
 * @what: a unit is a boot, or a block
 * @paired: unit i of one side belongs to unit i of the other
 * @units: of both sides; each run has one, or U32_MAX if it belongs to none
 * @n: how many units each side has
 * @problem: why there is no verdict, NULL if there is one
 */
struct design {
	const char *what;
	bool paired;
	u32 *units[2];
	size_t n[2];
	const char *problem;
};

void design_make(struct design *d, const struct run_vec *runs, const struct side *a,
		 const struct side *b);
u32 *design_boots(const struct run_vec *runs, const struct side *s, size_t *n);
void design_free(struct design *d);

#endif
