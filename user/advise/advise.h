/* SPDX-License-Identifier: GPL-2.0 */
/* Findings of a run, given out. */
#ifndef CVMSTAT_ADVISE_H
#define CVMSTAT_ADVISE_H

#include "advise/rules.h"
#include "out/out.h"

void advice_show(struct out *o, const struct run *r);
char *rule_evidence(const struct rule *rule, const struct facts *f);
void put_prediction(struct sheet *s, const struct rule *rule, const struct facts *f);

#define PREDICTION_COLUMNS 5
extern const struct column prediction_columns[PREDICTION_COLUMNS];

#endif
