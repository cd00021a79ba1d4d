/* SPDX-License-Identifier: GPL-2.0 */
/* A line of JSON as a run. */
#ifndef CVMSTAT_IMPORT_H
#define CVMSTAT_IMPORT_H

#include "store/run.h"

bool run_import(struct run *r, const char *line, char *why, size_t size);

#endif
