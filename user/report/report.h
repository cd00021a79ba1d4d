/* SPDX-License-Identifier: GPL-2.0 */
/* The report of cvmstat stat. */
#ifndef CVMSTAT_REPORT_H
#define CVMSTAT_REPORT_H

#include "counts/series.h"
#include "guest/perf.h"
#include "out/out.h"

/**
 * struct report - everything that one report says
 * @title: what was measured
 * @details: all details, not only the top ones
 * @per_cpu: records have CPUs
 * @system: the hardware counters are those of all CPUs
 * @ran: a command ran, with exit status @status
 * @interval: one of several intervals; @time is its end
 * @first: the first of them
 * @time: seconds from the start to the end of the window
 * @seconds: length of the window, over all runs
 * @last: difference of the last run, for what does not add up over runs
 * @around: hooks, bounce buffers and idle states, added up over all runs
 * @counts: reasons of all runs
 * @detail: details of all runs
 * @perf: hardware counters of all runs
 */
struct report {
	const char *title;
	bool details;
	bool per_cpu;
	bool system;
	bool ran;
	bool interval;
	bool first;
	int status;
	double time;
	double seconds;
	u32 trouble;
	const struct snapshot *last;
	struct snapshot around;
	struct series counts;
	struct series detail;
	const struct perf *perf;
};

/* The table for people, as stat and top show it. */
#define REPORT_TEXT_COLUMNS 9
void report_text_sheet(const struct report *r, struct sheet *s,
		       struct column cols[REPORT_TEXT_COLUMNS]);
void report_print(struct out *o, const struct report *r);

#endif
