/* SPDX-License-Identifier: GPL-2.0 */
/* The same records over one run or several: sum, mean and deviation. */
#ifndef CVMSTAT_SERIES_H
#define CVMSTAT_SERIES_H

#include "counts/snapshot.h"

/**
 * struct row - one key over all runs
 * @r: the key; kernel and user are sums over the runs
 * @runs: runs that it was in
 * @mean: of its counts in those runs
 * @m2: sum of squared differences from @mean
 * @values: if they are kept, the count of each run up to the last that it was in
 */
struct row {
	struct record r;
	u32 runs;
	double mean;
	double m2;
	struct u64_vec values;
};

DEFINE_VEC(row)

/**
 * struct series - all keys
 * @runs: that were added
 * @keep: keep what each run counted
 */
struct series {
	struct row_vec rows;
	u32 runs;
	bool keep;
};

/**
 * struct window - what was counted between two snapshots, over one run or several
 * @platform: enum cvmstat_platform
 * @counted: classes that were counted in all of it
 * @per_cpu: records have CPUs
 * @per_node: what they have as a CPU is a node
 * @whose: whose part of each count is told; NULL if that is not so
 * @idle: and of it what idle CPUs did
 * @cpu_cycles: of the TSC, that all CPUs looked at had in it; 0 if handlers are not timed
 * @seconds: its length, over all runs
 */
struct window {
	u32 platform;
	u32 counted;
	bool per_cpu;
	bool per_node;
	const char *whose;
	bool idle;
	double cpu_cycles;
	double seconds;
	struct series counts;
	struct series details;
	struct series purposes;
};

void window_add(struct window *w, const struct snapshot *d);
void window_reset(struct window *w);

void series_add(struct series *s, const struct record_vec *records);
void series_free(struct series *s);
double row_mean(const struct series *s, const struct row *row);
double row_stddev(const struct series *s, const struct row *row);
u64 row_count(const struct row *row);

#endif
