/* SPDX-License-Identifier: GPL-2.0 */
/* The report of cvmstat stat: what it asks for, what goes into it, how it is printed. */
#ifndef CVMSTAT_PRINT_H
#define CVMSTAT_PRINT_H

#include "report/report.h"

u32 report_want(bool timed);
void report_add(struct report *r, const struct snapshot *d);
void report_reset(struct report *r);
void report_print(struct out *o, const struct report *r);

#endif
