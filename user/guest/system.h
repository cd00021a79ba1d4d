/* SPDX-License-Identifier: GPL-2.0 */
/* What the guest's kernel counts for everybody: CPU time, interrupts, devices, idle states. */
#ifndef CVMSTAT_SYSTEM_H
#define CVMSTAT_SYSTEM_H

#include "base/util.h"

/**
 * struct reading - a counter of the kernel
 * @source: cpu, kernel, interrupt, net, disk, idle-state
 * @item: CPU mode, interrupt, device, state
 * @name: what of it; its unit is in it, if it is not a number of events
 * @value: since boot; in a difference, in between
 */
struct reading {
	const char *source;
	char item[64];
	const char *name;
	u64 value;
};

DEFINE_VEC(reading)

void system_read(struct reading_vec *all);
void system_since(const struct reading_vec *before, struct reading_vec *now);

#endif
