/* SPDX-License-Identifier: GPL-2.0 */
/* A recorded report; apart from bench.h, as json-c has names that json.h has too. */
#ifndef CVMSTAT_BENCH_BASELINE_H
#define CVMSTAT_BENCH_BASELINE_H

#include <linux/cvmstat_bench.h>

#include "base/util.h"

/**
 * struct bench_old - a result that was recorded earlier
 * @cycles: median
 * @ns: median
 * @exits: an operation
 *
 * What is not known is NAN.
 */
struct bench_old {
	char name[CVMSTAT_BENCH_NAME_LEN];
	double cycles, ns, exits;
};

DEFINE_VEC(bench_old)

/**
 * struct bench_baseline - a recorded report
 * @label: platform and kernel
 * @emulated: its times are an emulator's
 */
struct bench_baseline {
	char label[128];
	bool emulated;
	struct bench_old_vec old;
};

void bench_baseline_read(const char *path, struct bench_baseline *b);

#endif
