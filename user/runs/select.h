/* SPDX-License-Identifier: GPL-2.0 */
/* Runs by what people call them. */
#ifndef CVMSTAT_SELECT_H
#define CVMSTAT_SELECT_H

#include "store/store.h"

bool run_matches(const struct run *r, const char *selector);
void select_runs(struct store *s, char **selectors, struct run_vec *runs);
void select_from(const struct run_vec *all, const char *selector, size_t **chosen, size_t *n);
void select_one(struct store *s, const char *selector, struct run_vec *runs);

#endif
