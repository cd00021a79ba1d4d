/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_BENCH_H
#define CVMSTAT_BENCH_H

#include "cause/cause.h"

/**
 * struct bench_result - where a run goes
 * @cycles: of each operation; room for all iterations
 * @run: the request; counted and counts are filled in
 * @count: room for CVMSTAT_BENCH_MAX_COUNTS
 */
struct bench_result {
	struct cvmstat_bench_run *run;
	u64 *cycles;
	struct cvmstat_bench_count *count;
};

/* switch.c: the time between the call of a VMGEXIT and its return. */
int bench_switch_begin(void);
void bench_switch_clear(void);
u64 bench_switch_taken(void);
void bench_switch_end(void);

bool bench_is_direct(const struct cause *cause);
int bench_run(const struct cause *cause, struct bench_result *result);

#endif /* CVMSTAT_BENCH_H */
