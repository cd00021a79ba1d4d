/* SPDX-License-Identifier: GPL-2.0 */
/* What stands above and below the table of a report. */
#ifndef CVMSTAT_FOOTER_H
#define CVMSTAT_FOOTER_H

#include "report/report.h"

void footer_head(struct out *o, const struct report *r);
void footer_print(struct out *o, const struct report *r, double exits);

#endif
