/* SPDX-License-Identifier: GPL-2.0 */
/* Hardware counters of the same window. */
#ifndef CVMSTAT_PERF_H
#define CVMSTAT_PERF_H

#include <sys/resource.h>
#include <sys/types.h>

#include "base/util.h"

/**
 * struct counter - one event
 * @name: as -e has it
 * @config: what it counts
 * @config1: more of it
 * @fds: one for each CPU or thread that it is open on
 * @error: errno of the open that failed, 0 if it works
 * @value: events since it was opened; scaled if the PMU was shared
 * @sum: events of the windows collected so far
 * @runs: so many windows
 * @mean: of a window
 * @m2: squared differences from it (Welford)
 * @values: events of each
 * @ran: it was on the PMU for some time
 * @starved: it was enabled, and some CPU's PMU never took it
 * @shared: the PMU was shared with others, so that @value is an estimate
 */
struct counter {
	const char *name;
	u32 type;
	u64 config;
	u64 config1;
	int *fds;
	size_t nfds;
	int error;
	u64 value;
	u64 sum;
	unsigned int runs;
	double mean, m2;
	struct u64_vec values;
	bool ran;
	bool starved;
	bool shared;
};

DEFINE_VEC(counter)

struct perf {
	struct counter_vec events;
};

/* Which processes are counted. */
enum perf_scope { PERF_CHILD, PERF_PROCESS, PERF_SYSTEM, PERF_CGROUP, PERF_THREADS };

void perf_raise_limit(struct rlimit *was);
bool perf_open(struct counter *c, int of, enum perf_scope scope);
void perf_read(struct counter *c);
void perf_close(struct counter *c);

void perf_choose(struct perf *p, const char *list);
void perf_start(struct perf *p, enum perf_scope scope, pid_t pid);
void perf_collect(struct perf *p);
void perf_clear(struct perf *p);
void perf_stop(struct perf *p);
void perf_free(struct perf *p);
bool perf_probe(int *error);
double perf_stddev(const struct counter *c);
bool perf_is_time(const struct counter *c);
bool perf_absent(const struct counter *c);
const char *perf_problem(const struct counter *c);

#endif
