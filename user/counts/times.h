/* SPDX-License-Identifier: GPL-2.0 */
/* How long handlers took, beside what they handled. */
#ifndef CVMSTAT_TIMES_H
#define CVMSTAT_TIMES_H

#include "counts/snapshot.h"

void counts_time(struct snapshot *d);

#endif
