/* SPDX-License-Identifier: GPL-2.0 */
/* What was measured, as a run of the database. */
#ifndef CVMSTAT_FILL_H
#define CVMSTAT_FILL_H

#include "counts/snapshot.h"
#include "guest/perf.h"
#include "guest/settings.h"
#include "guest/system.h"
#include "store/run.h"

void fill_snapshot(struct run *r, const struct snapshot *d);
void fill_perf(struct run *r, const struct perf *p);
void fill_system(struct run *r, const struct reading_vec *system);
void fill_settings(struct run *r, const struct setting_vec *settings);
void fill_command(struct run *r, char **argv);

#endif
