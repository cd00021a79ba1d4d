/* SPDX-License-Identifier: GPL-2.0 */
/* What the exits of a run are for: what platforms share. */
#ifndef CVMSTAT_RUN_PURPOSE_H
#define CVMSTAT_RUN_PURPOSE_H

#include "store/run.h"

void each_purpose(const struct run *r, void (*take)(const char *purpose, double count, void *to),
		  void *to);

#endif
