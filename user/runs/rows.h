/* SPDX-License-Identifier: GPL-2.0 */
/* What a run has, as rows. */
#ifndef CVMSTAT_ROWS_H
#define CVMSTAT_ROWS_H

#include "out/sheet.h"
#include "store/run.h"

extern const struct sheet rows_figures, rows_reasons, rows_details, rows_measures, rows_bins,
	rows_notes;

u32 run_provenance(const struct run *r);
void put_figures(struct sheet *s, const struct run *r);
void put_reasons(struct sheet *s, const struct run *r);
void put_details(struct sheet *s, const struct run *r);
void put_measures(struct sheet *s, const struct run *r);
void put_bins(struct sheet *s, const struct run *r);
void put_run_notes(struct sheet *s, const struct run *r);

#endif
