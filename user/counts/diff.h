/* SPDX-License-Identifier: GPL-2.0 */
/* Differences of snapshots, and their sums. */
#ifndef CVMSTAT_DIFF_H
#define CVMSTAT_DIFF_H

#include "counts/snapshot.h"

void snapshot_diff(struct snapshot *from, struct snapshot *to, struct snapshot *d);
void snapshot_add(struct snapshot *sum, const struct snapshot *d, u32 want);

#endif
