/* SPDX-License-Identifier: GPL-2.0 */
/* How far a study has got, by what is in the database. */
#ifndef CVMSTAT_PROGRESS_H
#define CVMSTAT_PROGRESS_H

#include "store/store.h"
#include "study/plan.h"

/**
 * struct task - runs of one workload in one variant and block
 * @variant: of the plan
 * @workload: of the plan
 * @block: from 1 on
 * @left: runs that are still to be recorded
 */
struct task {
	const struct variant *variant;
	const struct workload_file *workload;
	u32 block;
	u64 left;
};

DEFINE_VEC(task)

/**
 * struct progress - all tasks that are left, in their order
 * @tasks: the tasks
 * @left: runs of all of them
 * @all: runs of the study
 */
struct progress {
	struct task_vec tasks;
	u64 left, all;
};

void progress_find(struct progress *g, const struct plan *p, struct store *s);
bool task_possible(const struct plan *p, struct store *s, const struct task *t);
bool variant_booted(const struct plan *p, const struct variant *v);

#endif
