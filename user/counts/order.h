/* SPDX-License-Identifier: GPL-2.0 */
/* The order of counts, details and RIPs, which is one. */
#ifndef CVMSTAT_ORDER_H
#define CVMSTAT_ORDER_H

#include "counts/snapshot.h"

int record_compare(const void *a, const void *b);
void records_merge(struct record_vec *vec);
int reason_compare(const struct record *a, const struct record *b);

#endif
