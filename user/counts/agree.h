/* SPDX-License-Identifier: GPL-2.0 */
/* One event, one figure: of what is read twice, one after the other. */
#ifndef CVMSTAT_AGREE_H
#define CVMSTAT_AGREE_H

#include "counts/snapshot.h"

bool idle_exits(const struct idle *i);
void counts_agree(const struct snapshot *to, struct snapshot *d);

#endif
