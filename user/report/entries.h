/* SPDX-License-Identifier: GPL-2.0 */
/* A report's reasons in the order in which all formats give them out. */
#ifndef CVMSTAT_REPORT_ENTRIES_H
#define CVMSTAT_REPORT_ENTRIES_H

#include "report/report.h"

/* One reason, and its details: the most frequent first. */
struct entry {
	const struct row *row;
	const struct row **details;
	size_t ndetails;
};

/**
 * struct entries - all reasons
 * @details: what the entries' details are slices of
 * @exits: events of all reasons that are exits
 */
struct entries {
	struct entry *v;
	size_t n;
	const struct row **details;
	double exits;
};

void entries_build(struct entries *e, const struct report *r);
void entries_free(struct entries *e);

double entry_detail_whole(const struct report *r, const struct entry *e);
double row_rate(const struct report *r, const struct row *row);
void put_row_count(struct sheet *s, const struct series *series, const struct row *row);
void put_share(struct sheet *s, double part, double whole);

/* text.c, data.c */
void report_text(struct out *o, const struct report *r, const struct entries *e);
void report_data(struct out *o, const struct report *r, const struct entries *e);

#endif
