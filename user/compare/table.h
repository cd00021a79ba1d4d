/* SPDX-License-Identifier: GPL-2.0 */
/* Everything that runs can be compared by: a quantity for each, a value for each run. */
#ifndef CVMSTAT_QUANTITIES_H
#define CVMSTAT_QUANTITIES_H

#include "store/run.h"

/* In the order of showing. */
enum group { GROUP_FIGURE, GROUP_TOTAL, GROUP_PURPOSE, GROUP_REASON, GROUP_DETAIL, GROUP_COUNT };

/**
 * struct quantity - what is compared
 * @group: of what kind
 * @kind: exit, trap, call; "" for none
 * @class: of a reason
 * @reason: of a reason
 * @name: of a figure, a total, a purpose, a detail
 * @unit: of a figure
 * @better: of a figure
 * @counts: in relation to operations, seconds and instructions; else as it is
 * @values: of each run
 */
struct quantity {
	enum group group;
	const char *kind;
	const char *class;
	const char *reason;
	const char *name;
	const char *unit;
	enum better better;
	bool counts;
	double *values;
};

DEFINE_VEC(quantity)

/* What counts are set in relation to. */
enum basis { BASIS_OP, BASIS_SECOND, BASIS_MINSTR, BASIS_COUNT };

/**
 * struct table - quantities of runs
 * @runs: the runs
 * @quantities: rows
 * @divisors: of each run, by enum basis; 0 where that is not known
 * @operations: what an operation is: a figure, or "run"
 */
struct table {
	const struct run_vec *runs;
	struct quantity_vec quantities;
	double *divisors[BASIS_COUNT];
	const char *operations;
};

void table_build(struct table *t, const struct run_vec *runs);
void table_free(struct table *t);
double table_value(const struct table *t, const struct quantity *q, size_t run, enum basis basis);

#endif
