/* SPDX-License-Identifier: GPL-2.0 */
/* Sides of a comparison, for the commands that have selectors as arguments. */
#ifndef CVMSTAT_SIDES_H
#define CVMSTAT_SIDES_H

#include "compare/design.h"
#include "store/store.h"

/**
 * struct sides - runs of several selectors
 * @store: where they are
 * @runs: of all of them
 * @v: one for each selector
 * @n: how many
 */
struct sides {
	struct store *store;
	struct run_vec runs;
	struct side *v;
	size_t n;
};

void sides_open(struct sides *s, const char *db, char **selectors);
void sides_close(struct sides *s);

#endif
