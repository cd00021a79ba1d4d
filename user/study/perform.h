/* SPDX-License-Identifier: GPL-2.0 */
/* Runs of a workload that is a file of the shell. */
#ifndef CVMSTAT_PERFORM_H
#define CVMSTAT_PERFORM_H

#include "study/progress.h"

/**
 * struct peer - where the other half of a workload runs
 * @host: its address, as the guest sees it; NULL: here, over loopback
 * @run: command that runs a shell there, such as "ssh HOST"
 */
struct peer {
	const char *host;
	const char *run;
};

int task_perform(const struct plan *p, struct store *s, const struct task *t,
		 const struct peer *peer, void (*kept)(const struct run *r, void *to), void *to);
char *workload_needs(const struct workload_file *w, const struct peer *peer);

#endif
