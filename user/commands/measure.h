/* SPDX-License-Identifier: GPL-2.0 */
/* A window for the commands that look at everything or at one workload. */
#ifndef CVMSTAT_MEASURE_H
#define CVMSTAT_MEASURE_H

#include "guest/workload.h"
#include "out/out.h"
#include "wire/family.h"

void measure_notes(struct out *o, const struct snapshot *d, const char *more);
void measure(struct family *f, struct workload *w, u32 want, bool per_cpu, struct snapshot *d);

#endif
