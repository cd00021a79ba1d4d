/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_TEST_HOTPLUG_H
#define CVMSTAT_TEST_HOTPLUG_H

#include <stdbool.h>

/** set_online() - take a CPU away, or bring it back; 0 or -errno */
int set_online(int cpu, bool online);

#endif /* CVMSTAT_TEST_HOTPLUG_H */
