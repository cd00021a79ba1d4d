/* SPDX-License-Identifier: GPL-2.0 */
/* Figures of the workload's own, found in what it prints. */
#ifndef CVMSTAT_METRIC_H
#define CVMSTAT_METRIC_H

#include <regex.h>

#include "store/run.h"

/**
 * struct metric - one of them
 * @name: of the figure
 * @unit: "" for none
 * @better: which way
 * @pointer: into JSON (RFC 6901); NULL: @regex, whose first group it is
 */
struct metric {
	char *name;
	char *unit;
	enum better better;
	char *pointer;
	regex_t regex;
};

DEFINE_VEC(metric)

void metric_parse(struct metric_vec *all, const char *spec);
bool metric_find(const struct metric *m, const char *text, double *value);
void metrics_free(struct metric_vec *all);

#endif
