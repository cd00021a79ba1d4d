/* SPDX-License-Identifier: GPL-2.0 */
/* CPUs that go and come, and what goes on beside. */
#ifndef CVMSTAT_TEST_HOTPLUG_H
#define CVMSTAT_TEST_HOTPLUG_H

#include <stdbool.h>

#include "ledger.h"
#include "nl.h"

/* The module looks every 5 s for what to announce, when a CPU is awake. */
#define WATCH_MS	15000

/** set_online() - take a CPU away, or bring it back; 0 or -errno */
int set_online(int cpu, bool online);

/** cpu_events() - all that one CPU has counted; 0 if it cannot be read, too */
__u64 cpu_events(struct nl *nl, int cpu);

/**
 * cpu_counts() - does a CPU that has come, and has something to do, count?
 * @from: what it had counted before
 * @n: what it has by now
 *
 * Return: whether it has counted one event more, within some seconds.
 */
bool cpu_counts(struct nl *nl, int cpu, __u64 from, __u64 *n);

/**
 * bringing_up() - for agree_after(): what no probe reaches of a CPU's going and coming
 *
 * A dying CPU's last HLT, and what the trampoline asks by the GHCB MSR protocol
 * (gap-get).
 */
bool bringing_up(const struct count *key);

/** read_round() - for storm_add(): a reader that asks again and again */
void read_round(int cpu);

/** load_round() - for storm_add(): the module goes and comes, or tries to, as readers hold it */
void load_round(int cpu);

#endif /* CVMSTAT_TEST_HOTPLUG_H */
