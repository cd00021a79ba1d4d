/* SPDX-License-Identifier: GPL-2.0 */
/* cvmstat bench: triggers of exits, what one run of them gave, how it is shown. */
#ifndef CVMSTAT_USER_BENCH_H
#define CVMSTAT_USER_BENCH_H

#include <linux/cvmstat_bench.h>

#include "bench/baseline.h"
#include "out/out.h"
#include "wire/changes.h"
#include "wire/family.h"

struct bench_trigger;
struct bench_run;

/* How a trigger is run: by cvmstat_bench.ko, or by this program itself. */
typedef void (*bench_run_fn)(const struct bench_trigger *t, struct bench_run *r);

/**
 * struct bench_trigger - one way to cause an exit
 * @user: run in user mode, by the reader itself
 * @index: number by which @run knows it
 * @flags: CVMSTAT_BENCH_*
 * @max_iterations: that can be asked for
 * @why_not: why it cannot be run here; empty if it can
 * @reason: what it is expected to cause here
 */
struct bench_trigger {
	char name[CVMSTAT_BENCH_NAME_LEN];
	char what[CVMSTAT_BENCH_TEXT_LEN];
	char why_not[CVMSTAT_BENCH_TEXT_LEN];
	bool user;
	u32 index;
	u32 flags;
	u32 max_iterations;
	u32 reasons;
	struct cvmstat_bench_reason reason[CVMSTAT_BENCH_MAX_REASONS];
	bench_run_fn run;
};

DEFINE_VEC(bench_trigger)

/**
 * struct bench_machine - where the figures are from
 * @platform: enum cvmstat_platform, PLATFORM_UNKNOWN without either module
 * @tsc_khz: 0 if it is not known
 * @cpu: that everything runs on
 * @emulator: which one emulates this CPU; empty for none
 * @clocksource: the kernel's
 * @tsc_unstable: the kernel has given the TSC up
 * @counting: cvmstat.ko is there and counts the exits of this platform
 * @family: the connection to it
 * @changes: what others change meanwhile
 * @before: what it said of itself before the first run
 * @during: the difference to what it said behind the last one
 */
struct bench_machine {
	u32 platform;
	u32 tsc_khz;
	u32 cpu;
	char emulator[64];
	char clocksource[64];
	bool tsc_unstable;
	bool counting;
	struct family family;
	struct changes changes;
	struct snapshot before;
	struct snapshot during;
};

#define PLATFORM_UNKNOWN ((u32)-1)

/**
 * struct bench_run - one run of one trigger
 * @machine: where
 * @iterations: how many, and room in @cycles
 * @warm_up: how many before them
 * @direct: what is timed is the exit alone, of a trigger that has CVMSTAT_BENCH_DIRECT
 * @cycles: what each took
 * @counted: @counts are known
 * @counts: what cvmstat.ko counted on the CPU
 * @problem: why there is no result; empty if there is one
 */
struct bench_run {
	struct bench_machine *machine;
	u32 iterations;
	u32 warm_up;
	bool direct;
	u64 *cycles;
	bool counted;
	u32 counts;
	struct cvmstat_bench_count count[CVMSTAT_BENCH_MAX_COUNTS];
	char problem[CVMSTAT_BENCH_TEXT_LEN];
};

/* What bench_stats() makes of cycles; @ci95 is half of the interval. */
struct bench_stats {
	double min, median, p99, mean, ci95;
};

void bench_stats(u64 *cycles, size_t n, struct bench_stats *s);

/* Sources of triggers: kernel.c, user.c; the tests have their own. */
bool bench_kernel_open(struct bench_machine *m, char *why_not, size_t size);
void bench_kernel_triggers(struct bench_trigger_vec *vec);
void bench_user_triggers(struct bench_machine *m, struct bench_trigger_vec *vec);
void bench_stay_on(u32 cpu);

/* machine.c */
void bench_machine_find(struct bench_machine *m, u32 cpu);
void bench_machine_start(struct bench_machine *m);
void bench_machine_stop(struct bench_machine *m);

/**
 * struct bench_twins - an operation and its exit alone, run in turns
 * @rounds: of each, 0 if that is not known; the rest are of their medians
 * @whole: median of the operation
 * @exit: median of its exit
 * @rest: median of what the operation takes more than its exit in the same round
 * @least: the least of that
 * @most: the most of that
 */
struct bench_twins {
	u32 rounds;
	double whole, exit, rest, least, most;
};

/**
 * struct bench_result - a trigger and what became of it
 * @run: its counts and problem; cycles are gone
 * @stats: all zero if @run has a problem
 * @twins: what of it is the exit
 */
struct bench_result {
	const struct bench_trigger *trigger;
	struct bench_run run;
	struct bench_stats stats;
	struct bench_twins twins;
};

DEFINE_VEC(bench_result)

/* twins.c: what of an operation is its exit */
void bench_times(const struct bench_trigger *t, struct bench_run *run, struct bench_stats *stats);
void bench_twins_run(const struct bench_trigger *t, const struct bench_run *like,
		     struct bench_twins *twins);
double bench_exit_share(const struct bench_result *r);
void bench_show_twins(struct out *o, const struct bench_machine *m,
		      const struct bench_result_vec *results);

/* list.c, show.c */
void bench_show_list(struct out *o, const struct bench_machine *m,
		     const struct bench_trigger_vec *triggers, const char *no_kernel);
void bench_show(struct out *o, const struct bench_machine *m,
		const struct bench_result_vec *results, const struct bench_baseline *baseline);

#endif
