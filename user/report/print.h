/* SPDX-License-Identifier: GPL-2.0 */
/* The report of cvmstat stat, in all formats. */
#ifndef CVMSTAT_PRINT_H
#define CVMSTAT_PRINT_H

#include "report/report.h"

void report_print(struct out *o, const struct report *r);

#endif
