/* SPDX-License-Identifier: GPL-2.0 */
/* How a reason is spread over CPUs: a line for people, however many there are. */
#ifndef CVMSTAT_SPREAD_H
#define CVMSTAT_SPREAD_H

#include "guest/cpus.h"
#include "out/entries.h"

#define SPREAD_COLUMNS 10

void spread_sheet(struct sheet *s, struct column cols[SPREAD_COLUMNS], const struct window *w,
		  const struct cpus *cpus, bool by_purpose, bool details);

#endif
