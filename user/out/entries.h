/* SPDX-License-Identifier: GPL-2.0 */
/* A window's reasons in the order in which all formats give them out. */
#ifndef CVMSTAT_ENTRIES_H
#define CVMSTAT_ENTRIES_H

#include "counts/series.h"
#include "names/names.h"
#include "out/sheet.h"

/*
 * One reason, and its details: the most frequent first. Or one purpose, and the
 * details that are for it, with the reasons that have none.
 */
struct entry {
	const struct row *row;
	const struct row **details;
	size_t ndetails;
};

/**
 * struct entries - all reasons, or all purposes
 * @window: that they are of
 * @by_purpose: purposes
 * @details: what the entries' details are slices of
 * @exits: events of all reasons that are exits
 */
struct entries {
	const struct window *window;
	bool by_purpose;
	struct entry *v;
	size_t n;
	const struct row **details;
	double exits;
};

void entries_build(struct entries *e, const struct window *w);
void entries_by_purpose(struct entries *e, const struct window *w);
void entries_free(struct entries *e);

enum kind_of_class entry_kind(const struct entries *e, const struct row *row);
const char *entry_label(const struct entries *e, const struct row *row, char *buf, size_t size);
const char *entry_part(const struct entries *e, const struct row *row, char *buf, size_t size);
bool entry_purpose(const struct entry *e, u32 *purpose);
double entry_detail_whole(const struct window *w, const struct entry *e);
void put_own(struct sheet *s, const struct series *series, const struct row *row, bool rounded);
void put_time_share(struct sheet *s, const struct window *w, const struct row *row);
void put_row_count(struct sheet *s, const struct series *series, const struct row *row);
void put_row_rate(struct sheet *s, const struct window *w, const struct row *row);
void put_share(struct sheet *s, double part, double whole);

#endif
