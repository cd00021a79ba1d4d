/* SPDX-License-Identifier: GPL-2.0 */
/* What the list of operations and their results say in the same words. */
#ifndef CVMSTAT_BENCH_TEXT_H
#define CVMSTAT_BENCH_TEXT_H

#include "bench/bench.h"
#include "names/names.h"

#define TEXT_BYTES 512

const char *bench_mode(const struct bench_trigger *t);
double bench_per_op(const struct bench_result *r, enum kind_of_class kind);
void bench_number(double val, char *buf, size_t size);
void bench_counts(const struct bench_result *r, char *buf, size_t size);
void bench_machine_data(struct out *o, const struct bench_machine *m);

/* Operations without a result: name and why. */
#define BENCH_NOT_COLUMNS 2
extern const struct column bench_not_columns[BENCH_NOT_COLUMNS];
void bench_put_not(struct sheet *s, const char *name, const char *why);

/* notes.c */
void bench_notes(struct out *o, const struct bench_machine *m,
		 const struct bench_result_vec *results, const struct bench_baseline *b);

#endif
