/* SPDX-License-Identifier: GPL-2.0 */
/* What cvmstat metrics gives to Prometheus. */
#ifndef CVMSTAT_METRICS_H
#define CVMSTAT_METRICS_H

#include "counts/snapshot.h"

u32 metrics_want(void);
void metrics_print(FILE *f, const struct snapshot *s, u64 details);

#endif
