/* SPDX-License-Identifier: GPL-2.0 */
/* Records of any kind as rows of a sheet. */
#ifndef CVMSTAT_RECORD_H
#define CVMSTAT_RECORD_H

#include "counts/parts.h"
#include "out/sheet.h"

void put_record(struct sheet *s, const struct part *p, const void *record, u32 runs);
void put_records(struct sheet *s, const struct part *p, const struct snapshot *from, u32 runs);

#endif
