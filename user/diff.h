/* SPDX-License-Identifier: GPL-2.0 */
/* Differences of snapshots, and the order of records. */
#ifndef CVMSTAT_DIFF_H
#define CVMSTAT_DIFF_H

#include "snapshot.h"

void snapshot_diff(struct snapshot *from, struct snapshot *to, struct snapshot *d);
int record_compare(const void *a, const void *b);
void records_sort(struct record_vec *vec);
const char *trouble_text(u32 bit);

#endif
