/* SPDX-License-Identifier: GPL-2.0 */
/* A comparison, given out. */
#ifndef CVMSTAT_COMPARE_SHOW_H
#define CVMSTAT_COMPARE_SHOW_H

#include "compare/compare.h"
#include "out/out.h"

void comparison_show(struct out *o, const struct comparison *c, bool all);
const char *basis_words(const struct comparison *c, char *buf, size_t size);
void finding_name(const struct finding *f, char *buf, size_t size);
bool finding_matters(const struct finding *f);

#endif
