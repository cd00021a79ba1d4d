/* SPDX-License-Identifier: GPL-2.0 */
/* What of each figure is a command's, a process's or a control group's. */
#ifndef CVMSTAT_SPLIT_H
#define CVMSTAT_SPLIT_H

#include "counts/snapshot.h"
#include "guest/perf.h"
#include "wire/family.h"

/**
 * struct split - whose part is told
 * @whose: what it is called; NULL for none
 * @type: of the module's PMU
 * @cgroup: the control group, -1 for none
 * @with_idle: idle CPUs are in its events, too: of the topmost control group
 * @events: of the PMU
 * @failed: an event that could not be opened; NULL if all could
 * @heard: all changes of what is counted are known
 * @partly: classes that are not split, as they were counted for some time only
 * @beyond: classes of which more was told by task than was counted
 */
struct split {
	const char *whose;
	u32 type;
	int cgroup;
	bool with_idle;
	struct perf events;
	const struct counter *failed;
	bool heard;
	u32 partly;
	u32 beyond;
};

u32 split_want(const struct split *s);
bool split_choose(struct split *s, struct family *f, const char *whose);
bool split_start(struct split *s, enum perf_scope scope, pid_t pid);
void split_began(struct split *s);
void split_apply(struct split *s, struct snapshot *d);
void split_next(struct split *s);
void split_free(struct split *s);

#endif
