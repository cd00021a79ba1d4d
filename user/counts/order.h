/* SPDX-License-Identifier: GPL-2.0 */
/* The order of records. */
#ifndef CVMSTAT_ORDER_H
#define CVMSTAT_ORDER_H

#include "counts/snapshot.h"

int reason_compare(const struct record *a, const struct record *b);
int record_compare(const void *a, const void *b);

#endif
