/* SPDX-License-Identifier: GPL-2.0 */
/* The module's tracepoints, as tracefs describes them. */
#ifndef CVMSTAT_TRACEPOINT_H
#define CVMSTAT_TRACEPOINT_H

#include "base/util.h"

#define MOST_FIELDS 24

/**
 * struct field - where a value is in what an event has
 */
struct field {
	char name[32];
	size_t offset, size;
};

/**
 * struct tracepoint - an event
 * @id: what perf_event_open(2) calls it
 * @fields: what it has
 */
struct tracepoint {
	u64 id;
	struct field fields[MOST_FIELDS];
	size_t nfields;
};

int tracepoint_find(const char *name, struct tracepoint *t);
bool tracepoint_value(const struct tracepoint *t, const char *name, const char *raw, size_t size,
		      u64 *value);

#endif
