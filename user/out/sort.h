/* SPDX-License-Identifier: GPL-2.0 */
/* The order of a sheet's rows. */
#ifndef CVMSTAT_SORT_H
#define CVMSTAT_SORT_H

#include "out/sheet.h"

void sheet_sort(struct sheet *s, int col, bool reverse);
int sheet_column(const struct sheet *s, int col, int step);

#endif
