/* SPDX-License-Identifier: GPL-2.0 */
/* What the reader of figures has to know of them: why some are low, or not there. */
#ifndef CVMSTAT_NOTES_H
#define CVMSTAT_NOTES_H

#include "counts/snapshot.h"
#include "out/out.h"

#define NOTE_COLUMNS 1
extern const struct column note_columns[NOTE_COLUMNS];

void put_notes(struct sheet *s, const struct snapshot *sum, u32 trouble);
void put_lasting_notes(struct sheet *s, const struct snapshot *d);
u32 switched_off(const struct snapshot *d);
void put_switched_off(struct sheet *s, const struct snapshot *d);
const char *note_at(const struct sheet *s, size_t i);

#endif
