// SPDX-License-Identifier: GPL-2.0
/* Reasons and details have the same columns. */
#include <math.h>

#include "names/names.h"
#include "out/notes.h"
#include "report/data.h"

enum { DATA_TIME, DATA_KIND, DATA_NAME = 7 };

/* The columns of CSV, which are those of JSON's reasons and details. */
static const struct column data_columns[] = {
	[DATA_TIME] = { "time", NULL, IN_CSV, SHOW_PLAIN },
	[DATA_KIND] = { "kind", NULL, IN_DATA, SHOW_PLAIN },
	{ "class", NULL, IN_DATA, SHOW_PLAIN },
	{ "code", NULL, IN_DATA, SHOW_PLAIN },
	{ "reason", NULL, IN_DATA, SHOW_PLAIN },
	{ "op", NULL, IN_DATA, SHOW_PLAIN },
	{ "detail", NULL, IN_DATA, SHOW_PLAIN },
	[DATA_NAME] = { "name", NULL, IN_DATA, SHOW_PLAIN },
	{ "cpu", NULL, IN_DATA, SHOW_PLAIN },
	{ "count", NULL, IN_DATA, SHOW_PLAIN },
	{ "stddev", NULL, IN_DATA, SHOW_PLAIN },
	{ "values", NULL, IN_JSON, SHOW_PLAIN },
	{ "kernel", NULL, IN_DATA, SHOW_PLAIN },
	{ "user", NULL, IN_DATA, SHOW_PLAIN },
	{ "rate", NULL, IN_DATA, SHOW_PLAIN },
	{ "share", NULL, IN_DATA, SHOW_PLAIN },
	{ "provenance", NULL, IN_DATA, SHOW_PLAIN },
	{ "overflow", NULL, IN_DATA, SHOW_PLAIN },
	/* In JSON they are the report's. */
	{ "generation", NULL, IN_CSV, SHOW_PLAIN },
	{ "counting_began", NULL, IN_CSV, SHOW_PLAIN },
};

#define LOAD_COLUMNS 2
#define OTHER_COLUMNS (ARRAY_SIZE(data_columns) - LOAD_COLUMNS)

static struct sheet data_sheet(const char *name, const struct report *r)
{
	struct sheet s = SHEET(name, data_columns);

	if (!r->since_load)
		s.ncols = OTHER_COLUMNS;
	return s;
}

static void put_key(struct sheet *s, const struct record *r, bool detail)
{
	char name[NAME_BYTES];

	put_string(s, kind_name(class_kind(r->class)));
	put_string(s, class_name(r->class, name, sizeof(name)));
	if (record_has_code(r)) {
		put_hex(s, r->code);
		put_string(s, reason_name(r->class, r->code, name, sizeof(name)));
	} else {
		put_none(s);
		put_none(s);
	}
	if (detail && record_has_detail(r)) {
		put_string(s, op_name(r->op));
		put_hex(s, r->detail);
	} else {
		put_none(s);
		put_none(s);
	}
	put_string(s, detail ? detail_label(r, name, sizeof(name)) : NULL);
}

/* All of them are those of one run. */
static void put_counts(struct sheet *s, const struct series *series, const struct row *row)
{
	put_row_count(s, series, row);
	if (series->runs > 1) {
		put_real(s, row_stddev(series, row));
		put_list(s, &row->values, series->runs);
	} else {
		put_none(s);
		put_none(s);
	}
	put_mean(s, row->r.kernel, series->runs);
	put_mean(s, row->r.user, series->runs);
}

static void put_known(struct sheet *s, double val)
{
	if (isnan(val))
		put_none(s);
	else
		put_real(s, val);
}

static void put_load(struct sheet *s, const struct report *r)
{
	if (!r->since_load)
		return;
	put_hex(s, r->last->info.generation);
	put_known(s, r->began);
}

static void put_data(struct sheet *s, const struct report *r, const struct series *series,
		     const struct row *row, double whole)
{
	put_known(s, r->time);
	put_key(s, &row->r, series == &r->window.details);
	if (r->window.per_cpu)
		put_u64(s, row->r.cpu);
	else
		put_none(s);
	put_counts(s, series, row);
	put_row_rate(s, &r->window, row);
	put_share(s, row_mean(series, row), whole);
	put_string(s, provenance_name(row->r.provenance));
	put_bool(s, record_overflow(&row->r) || !record_has_code(&row->r));
	put_load(s, r);
}

void report_data(struct out *o, const struct report *r, const struct entries *e)
{
	struct sheet reasons = data_sheet("reasons", r);
	struct sheet details = data_sheet("details", r);
	bool csv = o->format == OUT_CSV;
	size_t i, j;

	for (i = 0; i < e->n; i++) {
		put_data(&reasons, r, &r->window.counts, e->v[i].row,
			 class_kind(e->v[i].row->r.class) == KIND_EXIT ? e->exits : 0);
		if (csv && !r->details)
			continue;
		for (j = 0; j < e->v[i].ndetails; j++)
			put_data(csv ? &reasons : &details, r, &r->window.details,
				 e->v[i].details[j], entry_detail_whole(&r->window, &e->v[i]));
	}
	out_sheet(o, &reasons, IN_DATA);
	out_sheet(o, &details, IN_JSON);
	sheet_free(&reasons);
	sheet_free(&details);
}

/* In CSV a note is a row, with its text in the place of a name. */
void report_data_notes(struct out *o, const struct report *r, const struct sheet *notes)
{
	struct sheet s = data_sheet("notes", r);
	size_t i, col;

	for (i = 0; i < notes->cells.n; i++) {
		for (col = 0; col < OTHER_COLUMNS; col++) {
			if (col == DATA_TIME)
				put_known(&s, r->time);
			else if (col == DATA_KIND)
				put_string(&s, "note");
			else if (col == DATA_NAME)
				put_string(&s, note_at(notes, i));
			else
				put_none(&s);
		}
		put_load(&s, r);
	}
	out_sheet(o, &s, IN_CSV);
	sheet_free(&s);
}
