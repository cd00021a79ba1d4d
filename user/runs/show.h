/* SPDX-License-Identifier: GPL-2.0 */
/* Recorded runs for people: a line each, or one of them. */
#ifndef CVMSTAT_SHOW_H
#define CVMSTAT_SHOW_H

#include "out/out.h"
#include "store/run.h"

void runs_list(struct out *o, const struct run_vec *runs);
void run_show(struct out *o, const struct run *r, bool details);
void figures_summary(struct out *o, const struct run_vec *runs);

#endif
