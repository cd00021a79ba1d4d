/* SPDX-License-Identifier: GPL-2.0 */
/* All processes, or all control groups, with what each of them did. */
#ifndef CVMSTAT_WHO_H
#define CVMSTAT_WHO_H

#include "guest/perf.h"

/* The two that are told of each. */
enum who_counts { WHO_EXITS, WHO_TRAPS, WHO_COUNTS };

/**
 * struct who - a process or a control group
 * @pid: of the process
 * @name: what it is called
 * @seen: it was there at the last look
 * @counters: what it did
 */
struct who {
	pid_t pid;
	char name[128];
	bool seen;
	struct counter counters[WHO_COUNTS];
};

DEFINE_VEC(who)

/**
 * struct crowd - all of them
 * @type: of the module's PMU
 * @masks: of each count the classes, bits of enum cvmstat_classes
 * @v: they
 */
struct crowd {
	u32 type;
	u32 masks[WHO_COUNTS];
	struct who_vec v;
};

void crowd_processes(struct crowd *c);
void crowd_cgroups(struct crowd *c);
void crowd_collect(struct crowd *c);
u64 who_count(const struct who *w, enum who_counts which);
void crowd_free(struct crowd *c);

#endif
