/* SPDX-License-Identifier: GPL-2.0 */
/* The database of recorded runs. Whatever fails ends the program with one line. */
#ifndef CVMSTAT_STORE_H
#define CVMSTAT_STORE_H

#include "store/run.h"

struct store;

/* What of a run is read. */
enum load {
	LOAD_PAIRS = BIT(0),	/* tags and settings */
	LOAD_FIGURES = BIT(1),
	LOAD_COUNTS = BIT(2),
	LOAD_REST = BIT(3),	/* measures, bins, notes */
	LOAD_OUTPUT = BIT(4),
	LOAD_ALL = LOAD_PAIRS | LOAD_FIGURES | LOAD_COUNTS | LOAD_REST | LOAD_OUTPUT,
};

/* How a database is opened. */
enum open_for { OPEN_READ, OPEN_WRITE };

struct store *store_open(const char *path, enum open_for what);
void store_close(struct store *s);
const char *store_path(const struct store *s);

bool store_save(struct store *s, struct run *r);
void store_list(struct store *s, struct run_vec *runs);
void store_load(struct store *s, struct run_vec *runs, unsigned int what);
void store_remove(struct store *s, const struct run_vec *runs);

#endif
