/* SPDX-License-Identifier: GPL-2.0 */
/* The views of cvmstat top: one sheet each. */
#ifndef CVMSTAT_TOP_VIEWS_H
#define CVMSTAT_TOP_VIEWS_H

#include "counts/snapshot.h"
#include "guest/who.h"
#include "out/out.h"
#include "out/reasons.h"

/* Reasons have the most. */
#define VIEW_COLUMNS REASONS_COLUMNS

/**
 * struct view - a way to look at a difference
 * @name: on the screen
 * @want: what it needs, bits of enum cvmstat_parts
 * @per_cpu: whether it needs records for each CPU
 * @fill: makes the sheet; the columns are put into @cols
 * @see: of a view by tasks: finds them all; then @fill_crowd makes the sheet
 * @fill_crowd: of what was counted in all, and of what each of them did
 */
struct view {
	const char *name;
	u32 want;
	bool per_cpu;
	void (*fill)(const struct snapshot *d, struct sheet *s, struct column *cols);
	void (*see)(struct crowd *c);
	void (*fill_crowd)(const struct snapshot *d, const struct crowd *c, struct sheet *s,
			   struct column *cols);
};

#define VIEW_COUNT 7
extern const struct view views[VIEW_COUNT];

double kind_rate(const struct snapshot *d, unsigned int kind);

#endif
