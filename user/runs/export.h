/* SPDX-License-Identifier: GPL-2.0 */
/* A run as a line of JSON. */
#ifndef CVMSTAT_EXPORT_H
#define CVMSTAT_EXPORT_H

#include "out/out.h"
#include "store/run.h"

void run_export(struct out *o, const struct run *r, bool private);

#endif
