/* SPDX-License-Identifier: GPL-2.0 */
/* The figures below the table of a report: each is a row of one table. */
#ifndef CVMSTAT_FIGURES_H
#define CVMSTAT_FIGURES_H

#include "report/report.h"

u32 figures_want(void);
void figures_print(struct out *o, const struct report *r, double exits);

#endif
