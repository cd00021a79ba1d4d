/* SPDX-License-Identifier: GPL-2.0 */
/* Records of some CPUs, alone or together. */
#ifndef CVMSTAT_GROUP_H
#define CVMSTAT_GROUP_H

#include "counts/snapshot.h"

/**
 * struct grouping - what becomes of the records of a CPU
 * @of: by CPU: the number of its group, NO_GROUP for those that are left out
 * @n: of them; those beyond are left out
 * @one: there is one group, which has no number
 */
struct grouping {
	const u32 *of;
	u32 n;
	bool one;
};

#define NO_GROUP (-1U)

void snapshot_group(struct snapshot *d, const struct grouping *g);

#endif
