/* SPDX-License-Identifier: GPL-2.0 */
/* Totals that are those of the details beside them. */
#ifndef CVMSTAT_SETTLE_H
#define CVMSTAT_SETTLE_H

#include "counts/snapshot.h"

void snapshot_settle(struct snapshot *s);
void details_missing(const struct record_vec *counts, const struct record_vec *details,
		     struct record_vec *missing);
void counts_settle(const struct record_vec *first, const struct record_vec *details,
		   struct record_vec *second);

#endif
