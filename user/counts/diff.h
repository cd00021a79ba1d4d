/* SPDX-License-Identifier: GPL-2.0 */
/* Differences of snapshots, and the order of records. */
#ifndef CVMSTAT_DIFF_H
#define CVMSTAT_DIFF_H

#include "counts/snapshot.h"

void snapshot_diff(struct snapshot *from, struct snapshot *to, struct snapshot *d);
int reason_compare(const struct record *a, const struct record *b);
int record_compare(const void *a, const void *b);
void counts_settle(const struct record_vec *first, const struct record_vec *details,
		   struct record_vec *second);
const char *trouble_text(u32 bit);

#endif
