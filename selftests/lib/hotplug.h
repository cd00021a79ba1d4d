/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_TEST_HOTPLUG_H
#define CVMSTAT_TEST_HOTPLUG_H

#include <stdbool.h>

/** set_online() - take a CPU away, or bring it back; 0 or -errno */
int set_online(int cpu, bool online);

/**
 * come_back() - take a CPU online, once that is allowed
 * @cpu: its number
 *
 * A probe is a breakpoint first, and a CPU waits until it is not.
 *
 * Return: 0 or -errno; -EBUSY if it had to wait for half a minute.
 */
int come_back(int cpu);

#endif /* CVMSTAT_TEST_HOTPLUG_H */
