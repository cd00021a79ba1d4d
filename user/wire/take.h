/* SPDX-License-Identifier: GPL-2.0 */
/* Asking the module for a snapshot. */
#ifndef CVMSTAT_TAKE_H
#define CVMSTAT_TAKE_H

#include "wire/family.h"

bool snapshot_try(struct family *f, struct snapshot *s, u32 want, bool per_cpu);
void snapshot_take(struct family *f, struct snapshot *s, u32 want, bool per_cpu);

#endif
