/* SPDX-License-Identifier: GPL-2.0 */
/* The database's tables, as steps from one version of them to the next. */
#ifndef CVMSTAT_SCHEMA_H
#define CVMSTAT_SCHEMA_H

#include <stddef.h>

/* "CVMS": which program a database is of (sqlite.org/fileformat2.html, 1.3.17). */
#define APPLICATION_ID 0x43564d53

/*
 * Step n makes version n + 1 of version n. What a step did is never changed:
 * databases that have it are out there. The views are made anew after each.
 */
extern const char *const schema_steps[];
extern const size_t schema_version;
extern const char schema_views[];

#endif
