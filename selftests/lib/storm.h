/* SPDX-License-Identifier: GPL-2.0 */
/* Processes that make a CPU leave for the hypervisor as often as it can. */
#ifndef CVMSTAT_TEST_STORM_H
#define CVMSTAT_TEST_STORM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define STORM_MAX	64

struct storm {
	pid_t pid[STORM_MAX];
	unsigned long *rounds;
	size_t n;
};

/** storm_start() - one process on each CPU that is online */
void storm_start(struct storm *storm);

/**
 * storm_add() - one process more
 * @cpu: where, or -1 for anywhere
 * @run: what it does, round after round, until storm_stop()
 */
void storm_add(struct storm *storm, int cpu, void (*run)(int cpu));
void storm_stop(struct storm *storm);

/**
 * storm_wait() - until each process has gone a whole round
 * @seconds: at most, or a little more
 *
 * Return: whether they have.
 */
bool storm_wait(const struct storm *storm, unsigned int seconds);

/** storm_round() - some exits from user mode; a refusal ends the round */
void storm_round(int cpu);

/** stay_on() - bind this process to one CPU; 0 or -1 */
int stay_on(int cpu);

#endif /* CVMSTAT_TEST_STORM_H */
