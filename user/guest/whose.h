/* SPDX-License-Identifier: GPL-2.0 */
/* Exits by task: events of the module's PMU. */
#ifndef CVMSTAT_WHOSE_H
#define CVMSTAT_WHOSE_H

#include "guest/perf.h"

bool whose_type(u32 *type);
void whose_init(struct counter *c, u32 type, u32 classes);
void whose_add_reason(struct perf *p, u32 type, u32 class, u64 code);
void whose_add_class(struct perf *p, u32 type, u32 class);
bool whose_add_source(struct perf *p, u32 type, const char *name, u32 classes);
const struct counter *whose_reason(const struct perf *p, u32 class, u64 code);
const struct counter *whose_class(const struct perf *p, u32 class);
bool whose_window(const struct counter *c, u64 *events);
int whose_cgroup(const char *name);
bool whose_all(int cgroup);

#endif
