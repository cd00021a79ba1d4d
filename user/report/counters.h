/* SPDX-License-Identifier: GPL-2.0 */
/* Hardware counters, as a report has them. */
#ifndef CVMSTAT_COUNTERS_H
#define CVMSTAT_COUNTERS_H

#include "report/report.h"

#define COUNTER_COLUMNS 6
extern const struct column counter_columns[COUNTER_COLUMNS];

void counter_rows(struct out *o, const struct report *r, struct sheet *s);
void counter_lines(struct out *o, const struct report *r, double exits, const char *label);

#endif
