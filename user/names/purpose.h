/* SPDX-License-Identifier: GPL-2.0 */
/* What traps, exits and calls are for: what platforms share. */
#ifndef CVMSTAT_PURPOSE_H
#define CVMSTAT_PURPOSE_H

#include <linux/cvmstat_purposes.h>

#include "counts/snapshot.h"

const char *purpose_name(u32 purpose);
bool reason_purpose(const struct record *r, u32 *purpose);
u32 detail_purpose(const struct record *r);
void purposes_add_up(struct snapshot *d);

#endif
