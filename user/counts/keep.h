/* SPDX-License-Identifier: GPL-2.0 */
/* What a snapshot keeps: room for it, its sums, its end. */
#ifndef CVMSTAT_KEEP_H
#define CVMSTAT_KEEP_H

#include "counts/parts.h"

void *snapshot_slot(struct snapshot *s, const struct part *p);
void snapshot_forget(struct snapshot *s, u8 cmd);
u64 snapshot_sum(const struct snapshot *s, const struct part *p, u32 attr, u32 with, u32 without);
bool snapshot_any(const struct snapshot *s, const struct part *p, u32 with);
u64 snapshot_bounced(const struct snapshot *s);
u32 classes_fed(const struct snapshot *s);
u32 classes_counted(const struct snapshot *s);
void record_add(const struct part *p, char *sum, const char *record);
void records_sort(const struct part *p, struct vec list);
void part_sort(const struct part *p, struct snapshot *s);
void snapshot_free(struct snapshot *s);

#endif
