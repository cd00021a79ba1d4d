/* SPDX-License-Identifier: GPL-2.0 */
/* CPUs that go and come, and what goes on beside. */
#ifndef CVMSTAT_TEST_HOTPLUG_H
#define CVMSTAT_TEST_HOTPLUG_H

#include <stdbool.h>

#include "hooks.h"
#include "ledger.h"
#include "nl.h"

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

/**
 * struct breakpoints - a while in which no probe is a jump
 * @nl: to ask how hooks are attached
 * @events: the module's announcements since
 * @before: how hooks were attached
 */
struct breakpoints {
	struct nl *nl;
	struct nl events;
	struct hooks before;
};

/** breakpoints_begin() - for CPUs to come past; 0 or -errno */
int breakpoints_begin(struct breakpoints *past, struct nl *nl);

/**
 * breakpoints_end() - the end of it, also where CPUs did not come
 * @aside: has the hook of #VC stood aside, if it is a probe?
 *
 * That it has is announced when the module looks, while a CPU is awake.
 *
 * Return: whether it has or has not, as it should, and said so.
 */
bool breakpoints_end(struct breakpoints *past, bool aside);

/** read_round() - for storm_add(): a reader that asks again and again */
void read_round(int cpu);

/** load_round() - for storm_add(): the module goes and comes, or tries to, as readers hold it */
void load_round(int cpu);

#endif /* CVMSTAT_TEST_HOTPLUG_H */
