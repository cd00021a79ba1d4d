// SPDX-License-Identifier: GPL-2.0
/* Reasons and details have the same columns. */
#include <math.h>
#include <string.h>

#include "names/names.h"
#include "names/purpose.h"
#include "out/notes.h"
#include "report/data.h"

enum { DATA_TIME, DATA_KIND, DATA_CLASS, DATA_NAME = 7, DATA_OVERFLOW = 17, DATA_PURPOSE };

/* The columns of CSV, which are those of JSON's reasons and details. */
static const struct column data_columns[] = {
	[DATA_TIME] = { "time", NULL, IN_CSV, SHOW_PLAIN },
	[DATA_KIND] = { "kind", NULL, IN_DATA, SHOW_PLAIN },
	[DATA_CLASS] = { "class", NULL, IN_DATA, SHOW_PLAIN },
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
	[DATA_OVERFLOW] = { "overflow", NULL, IN_DATA, SHOW_PLAIN },
	[DATA_PURPOSE] = { "purpose", NULL, IN_DATA, SHOW_PLAIN },
	{ "node", NULL, IN_DATA, SHOW_PLAIN },
	{ "own", NULL, IN_DATA, SHOW_PLAIN },
	{ "idle", NULL, IN_DATA, SHOW_PLAIN },
	{ "others", NULL, IN_DATA, SHOW_PLAIN },
	{ "handler_cycles", NULL, IN_DATA, SHOW_PLAIN },
	{ "handler_share", NULL, IN_DATA, SHOW_PLAIN },
	/* In JSON they are the report's. */
	{ "generation", NULL, IN_CSV, SHOW_PLAIN },
	{ "counting_began", NULL, IN_CSV, SHOW_PLAIN },
};

#define DATA_COLUMNS ARRAY_SIZE(data_columns)
#define LOAD_COLUMNS 2
#define OTHER_COLUMNS (DATA_COLUMNS - LOAD_COLUMNS)

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

/* Of a CPU, or of a node: what is told apart. */
static void put_number(struct sheet *s, const struct record *r, bool there)
{
	if (there)
		put_u64(s, r->cpu);
	else
		put_none(s);
}

/* From the CPU up to where figures come from. */
static void put_figures(struct sheet *s, const struct report *r, const struct series *series,
			const struct row *row, double whole)
{
	put_number(s, &row->r, r->window.per_cpu && !r->window.per_node);
	put_counts(s, series, row);
	put_row_rate(s, &r->window, row);
	put_share(s, row_mean(series, row), whole);
	put_string(s, provenance_name(row->r.provenance));
}

static void put_times(struct sheet *s, const struct report *r, const struct series *series,
		      const struct row *row)
{
	if (row->r.has & RECORD_TIMED)
		put_mean(s, row->r.cycles, series->runs);
	else
		put_none(s);
	put_time_share(s, &r->window, row);
}

/* @purpose: NULL if it has more than one */
static void put_data(struct sheet *s, const struct report *r, const struct series *series,
		     const struct row *row, double whole, const char *purpose)
{
	put_known(s, r->time);
	put_key(s, &row->r, series == &r->window.details);
	put_figures(s, r, series, row, whole);
	put_bool(s, record_overflow(&row->r) || !record_has_code(&row->r));
	put_string(s, purpose);
	put_number(s, &row->r, r->window.per_node);
	put_own(s, series, row, false);
	put_times(s, r, series, row);
	put_load(s, r);
}

static double exits_whole(const struct entries *e, const struct row *row)
{
	return entry_kind(e, row) == KIND_EXIT ? e->exits : 0;
}

static const char *part_purpose(const struct record *r)
{
	u32 purpose;

	return purpose_name(reason_purpose(r, &purpose) ? purpose : detail_purpose(r));
}

static void reasons_data(struct out *o, const struct report *r, const struct entries *e)
{
	struct sheet reasons = data_sheet("reasons", r);
	struct sheet details = data_sheet("details", r);
	bool csv = o->format == OUT_CSV;
	const struct row *row;
	u32 purpose;
	size_t i, j;

	for (i = 0; i < e->n; i++) {
		row = e->v[i].row;
		put_data(&reasons, r, &r->window.counts, row, exits_whole(e, row),
			 entry_purpose(&e->v[i], &purpose) ? purpose_name(purpose) : NULL);
		if (csv && !r->details)
			continue;
		for (j = 0; j < e->v[i].ndetails; j++) {
			row = e->v[i].details[j];
			put_data(csv ? &reasons : &details, r, &r->window.details, row,
				 entry_detail_whole(&r->window, &e->v[i]), part_purpose(&row->r));
		}
	}
	out_sheet(o, &reasons, IN_DATA);
	out_sheet(o, &details, IN_JSON);
	sheet_free(&reasons);
	sheet_free(&details);
}

/* Rows as those of reasons, but that a purpose has no class, no code and no detail. */
static void purposes_data(struct out *o, const struct report *r, const struct entries *e,
			  unsigned int formats)
{
	struct column cols[DATA_COLUMNS];
	struct sheet s = data_sheet("purposes", r);
	const struct row *row;
	size_t i;

	memcpy(cols, data_columns, sizeof(cols));
	s.cols = cols;
	for (i = DATA_CLASS; i <= DATA_NAME; i++)
		cols[i].flags &= ~IN_JSON;
	cols[DATA_OVERFLOW].flags &= ~IN_JSON;
	for (i = 0; i < e->n; i++) {
		row = e->v[i].row;
		put_known(&s, r->time);
		put_string(&s, kind_name(entry_kind(e, row)));
		put_nones(&s, DATA_NAME + 1);
		put_figures(&s, r, &r->window.purposes, row, exits_whole(e, row));
		put_nones(&s, DATA_PURPOSE);
		put_string(&s, purpose_name((u32)row->r.code));
		put_number(&s, &row->r, r->window.per_node);
		put_own(&s, &r->window.purposes, row, false);
		put_times(&s, r, &r->window.purposes, row);
		put_load(&s, r);
	}
	out_sheet(o, &s, formats);
	sheet_free(&s);
}

/**
 * report_data - all rows for programs
 * @e: the reasons
 * @purposes: what they are for
 */
void report_data(struct out *o, const struct report *r, const struct entries *e,
		 const struct entries *purposes)
{
	if (o->format == OUT_JSON || !r->by_purpose)
		reasons_data(o, r, e);
	purposes_data(o, r, purposes, r->by_purpose ? IN_DATA : IN_JSON);
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
