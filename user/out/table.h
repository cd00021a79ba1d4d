/* SPDX-License-Identifier: GPL-2.0 */
/* A sheet as text. */
#ifndef CVMSTAT_TABLE_H
#define CVMSTAT_TABLE_H

#include "out/sheet.h"

void text_table(FILE *f, const struct sheet *s, int width, bool color);

#endif
