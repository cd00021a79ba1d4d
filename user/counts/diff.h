/* SPDX-License-Identifier: GPL-2.0 */
/* Differences of snapshots. */
#ifndef CVMSTAT_DIFF_H
#define CVMSTAT_DIFF_H

#include "counts/snapshot.h"

void snapshot_diff(struct snapshot *from, struct snapshot *to, struct snapshot *d);

#endif
