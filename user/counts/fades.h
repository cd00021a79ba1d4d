/* SPDX-License-Identifier: GPL-2.0 */
/* Records that a full table lets go of. */
#ifndef CVMSTAT_FADES_H
#define CVMSTAT_FADES_H

#include "counts/snapshot.h"

void fades_settle(const struct record_vec *from, const struct record_vec *to, struct record_vec *d);

#endif
