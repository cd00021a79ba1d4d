/* SPDX-License-Identifier: GPL-2.0 */
/* What a study is to record. */
#ifndef CVMSTAT_PLAN_H
#define CVMSTAT_PLAN_H

#include "base/util.h"

/**
 * struct variant - one way to run a guest
 * @name: of it
 * @boot: words of the kernel's command line that it needs
 * @apply: shell command that makes it, in a guest that runs; or NULL
 * @undo: shell command that takes that back; or NULL
 */
struct variant {
	char *name;
	char *boot;
	char *apply;
	char *undo;
};

struct workload_file {
	char *name;
	char *path;
};

DEFINE_VEC(variant)
DEFINE_VEC(workload_file)

/**
 * struct plan - all of it
 * @name: of the study
 * @runs: of each workload, in each variant and block
 * @warmups: before them
 * @blocks: rounds through all variants
 * @timeout_s: of a run, 0 for none
 */
struct plan {
	char *name;
	u64 runs, warmups, blocks, timeout_s;
	struct variant_vec variants;
	struct workload_file_vec workloads;
};

void plan_read(struct plan *p, const char *path);
void plan_free(struct plan *p);
bool plan_needs_boots(const struct plan *p);

#endif
