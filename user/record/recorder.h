/* SPDX-License-Identifier: GPL-2.0 */
/* Runs a workload again and again, and keeps what each run cost. */
#ifndef CVMSTAT_RECORDER_H
#define CVMSTAT_RECORDER_H

#include "record/metric.h"
#include "store/store.h"

/**
 * struct recipe - what to record
 * @name: of all runs
 * @tags: of all runs
 * @runs: that are kept
 * @warmups: before them, which are not
 * @setup: shell command before the first run, or NULL
 * @prepare: before each run
 * @cleanup: after the last one, also when a run failed
 * @delay_ms: from the start of the command to that of the window
 * @timeout_s: a run that takes longer fails; 0 for none
 * @ignore_failures: a run that fails is kept, and does not end the others
 * @no_split: what of the exits is the command's is not told
 * @metrics: figures to look for in the output
 * @per: the figure that counts operations, or NULL
 * @events: hardware counters, as perf_choose() has them
 * @argv: the command
 */
struct recipe {
	const char *name;
	struct run_pair_vec tags;
	u64 runs;
	u64 warmups;
	const char *setup;
	const char *prepare;
	const char *cleanup;
	u64 delay_ms;
	u64 timeout_s;
	bool ignore_failures;
	bool no_split;
	struct metric_vec metrics;
	const char *per;
	const char *events;
	char **argv;
};

/**
 * record - run and keep
 * @kept: called with each run that is in the database
 *
 * Return: the status of the last run that failed, or 0.
 */
int record(const struct recipe *recipe, struct store *store,
	   void (*kept)(const struct run *r, void *to), void *to);

#endif
