/* SPDX-License-Identifier: GPL-2.0 */
/* Counters only grow, as long as the module stays loaded. */
#ifndef CVMSTAT_TEST_MONOTONIC_H
#define CVMSTAT_TEST_MONOTONIC_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#define MONOTONIC_MAX	8192

struct monotonic_count {
	__u64 code;
	__u64 detail;
	__u64 n;
	__u32 class;
	__u32 op;
	__u32 cpu;
	bool overflow;
};

struct monotonic_dump {
	__u64 generation;
	size_t n;
	struct monotonic_count v[MONOTONIC_MAX];
};

/* Zero to begin with. */
struct monotonic {
	struct monotonic_dump dump[2];
	int last;
	char complaint[128];
};

enum monotonic_verdict {
	MONOTONIC_UNKNOWN,	/* nothing to compare: a reload, a change */
	MONOTONIC_RIGHT,
	MONOTONIC_WRONG,
};

/**
 * monotonic_check() - dump all details of all CPUs and compare with the last
 * @watch: what it remembers; a complaint is left there
 */
enum monotonic_verdict monotonic_check(struct monotonic *watch);

#endif /* CVMSTAT_TEST_MONOTONIC_H */
