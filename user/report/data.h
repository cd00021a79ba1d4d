/* SPDX-License-Identifier: GPL-2.0 */
/* Rows for programs. */
#ifndef CVMSTAT_DATA_H
#define CVMSTAT_DATA_H

#include "out/entries.h"
#include "report/report.h"

void report_data_notes(struct out *o, const struct report *r, const struct sheet *notes);
void report_data(struct out *o, const struct report *r, const struct entries *e,
		 const struct entries *purposes);

#endif
