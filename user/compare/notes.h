/* SPDX-License-Identifier: GPL-2.0 */
/* What the reader of a comparison has to know. */
#ifndef CVMSTAT_COMPARE_NOTES_H
#define CVMSTAT_COMPARE_NOTES_H

#include "compare/compare.h"
#include "out/sheet.h"

void put_comparison_notes(struct sheet *s, const struct comparison *c);
void put_differing(struct sheet *s, const struct comparison *c);

#endif
