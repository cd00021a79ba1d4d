/* SPDX-License-Identifier: GPL-2.0 */
/* What a report of cvmstat stat is made of. */
#ifndef CVMSTAT_REPORT_H
#define CVMSTAT_REPORT_H

#include "counts/series.h"
#include "guest/cpus.h"
#include "guest/perf.h"
#include "out/out.h"
#include "wire/split.h"

/**
 * struct run - one run of the command
 * @seconds: how long it took
 * @status: its exit status
 */
struct run {
	double seconds;
	int status;
};

DEFINE_VEC(run)

/**
 * struct report - everything that one report says
 * @title: what was measured
 * @details: all details, not only the top ones
 * @verbose: in text, also what lowers no figure of this window
 * @events_asked: the hardware counters were named
 * @by_purpose: the table, and the rows of CSV, are purposes
 * @system: the hardware counters are those of all CPUs
 * @ran: a command ran, with exit status @status
 * @cpus: that are looked at
 * @chosen: the same as they were given; NULL for all
 * @own_cpus: the hypervisor says that the CPUs are the guest's own: HLT need not exit
 * @interval: one of several intervals; @time is its end
 * @first: the first of them
 * @since_load: the window is all the time since the module's load
 * @began: then, seconds from the kernel's start to the load; else not a number,
 *	as is what nobody knows
 * @time: seconds from the start to the end of the window
 * @utc: when it ended
 * @runs: those that are in the figures
 * @series_note: with -r, what there is to say of runs that failed; empty for nothing
 * @trouble: of all runs, bits of enum trouble
 * @last: difference of the last run, for what does not add up over runs
 * @window: reasons and details of all runs
 * @sum: the other records of all runs, added up
 * @perf: hardware counters of all runs
 * @split: how @window was split; NULL if that was not asked for
 */
struct report {
	const char *title;
	bool details;
	bool verbose;
	bool events_asked;
	bool by_purpose;
	bool system;
	bool ran;
	bool own_cpus;
	bool interval;
	bool first;
	bool since_load;
	int status;
	double began;
	double time;
	char utc[40];
	struct run_vec runs;
	char series_note[160];
	u32 trouble;
	const struct snapshot *last;
	struct window window;
	struct snapshot sum;
	const struct perf *perf;
	const struct split *split;
	const struct cpus *cpus;
	const char *chosen;
};

/* What does not change from one interval to the next is said once. */
static inline bool says_all(const struct report *r)
{
	return !r->interval || r->first;
}

#endif
