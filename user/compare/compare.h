/* SPDX-License-Identifier: GPL-2.0 */
/* Sides held against each other, quantity by quantity. */
#ifndef CVMSTAT_COMPARE_H
#define CVMSTAT_COMPARE_H

#include "compare/design.h"
#include "compare/table.h"

enum verdict {
	VERDICT_NONE,		/* the runs do not allow one */
	VERDICT_RARE,		/* too few events */
	VERDICT_SAME,		/* no difference is shown */
	VERDICT_MORE,
	VERDICT_LESS,
};

/**
 * struct finding - a quantity of one side against the first
 * @q: the quantity
 * @side: which side, from 1 on
 * @mean: of the first side and of this, by enum basis; NAN where not known
 * @ratio: this side's to the first's; NAN where the first has none
 * @low: of its 95 % interval; NAN where there is none
 * @high: of it
 * @p: by itself
 * @holm: among all that were tested
 * @verdict: what follows
 * @explains: share of the difference in exits
 */
struct finding {
	const struct quantity *q;
	size_t side;
	double mean[2][BASIS_COUNT];
	double ratio, low, high;
	double p, holm;
	enum verdict verdict;
	double explains;
};

DEFINE_VEC(finding)

/**
 * struct comparison - all of it
 * @runs: of all sides, with tags, settings, figures, counts, measures
 * @sides: the first is what the others are held against
 * @basis: of the ratios
 * @designs: of each side but the first, at its place
 * @findings: side after side, the largest difference of each group first
 */
struct comparison {
	const struct run_vec *runs;
	struct side *sides;
	size_t nsides;
	enum basis basis;
	struct table table;
	struct design *designs;
	struct finding_vec findings;
};

/**
 * struct estimate - what a side has of a quantity
 * @mean: of its runs
 * @low: of the 95 % interval; NAN with fewer than three boots
 * @high: of it
 */
struct estimate {
	double mean, low, high;
};

void compare(struct comparison *c);
struct estimate estimate(const struct comparison *c, const struct quantity *q, size_t side,
			 enum basis basis);
void comparison_free(struct comparison *c);
const char *verdict_name(enum verdict verdict);
double worse_by(const struct finding *f);

#endif
