/* SPDX-License-Identifier: GPL-2.0 */
/* The table for people. */
#ifndef CVMSTAT_REASONS_H
#define CVMSTAT_REASONS_H

#include "out/entries.h"

#define REASONS_COLUMNS 13

void reasons_sheet(struct sheet *s, struct column cols[REASONS_COLUMNS], const struct entries *e,
		   bool details);

#endif
