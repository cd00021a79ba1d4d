// SPDX-License-Identifier: GPL-2.0
/* The table for people: a line for each reason, with its details in or below it. */
#include <stdlib.h>
#include <string.h>

#include <linux/cvmstat_codes.h>

#include "base/format.h"
#include "names/names.h"
#include "report/entries.h"

/* Details beside a reason, unless all are asked for. */
#define TOP_DETAILS 3

enum { TEXT_CPU, TEXT_KIND, TEXT_REASON, TEXT_COUNT, TEXT_MARK, TEXT_STDDEV, TEXT_RATE,
	TEXT_SHARE, TEXT_TOP };

static const struct column text_columns[REPORT_TEXT_COLUMNS] = {
	[TEXT_CPU] = { NULL, "cpu", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	[TEXT_KIND] = { NULL, "class", IN_TEXT, SHOW_PLAIN },
	[TEXT_REASON] = { NULL, "reason", IN_TEXT, SHOW_PLAIN },
	[TEXT_COUNT] = { NULL, "count", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
	[TEXT_MARK] = { NULL, "", IN_TEXT, SHOW_PLAIN },
	[TEXT_STDDEV] = { NULL, "stddev", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
	[TEXT_RATE] = { NULL, "/s", IN_TEXT | COL_RIGHT | COL_SPARE, SHOW_RATE },
	[TEXT_SHARE] = { NULL, "share", IN_TEXT | COL_RIGHT, SHOW_PERCENT },
	[TEXT_TOP] = { NULL, "top details", IN_TEXT | COL_ITEMS | COL_SPARE, SHOW_PLAIN },
};

/* Columns that say nothing in this report are left out. */
static void text_setup(struct sheet *s, struct column *cols, const struct report *r)
{
	memcpy(cols, text_columns, sizeof(text_columns));
	if (!r->per_cpu)
		cols[TEXT_CPU].flags = 0;
	if (r->counts.runs < 2)
		cols[TEXT_STDDEV].flags = 0;
	if (r->details) {
		cols[TEXT_KIND].flags |= COL_SPARE;
		cols[TEXT_REASON].flags |= COL_TRUNC;
		cols[TEXT_TOP].flags = IN_TEXT | COL_RIGHT | COL_SPARE;
		cols[TEXT_TOP].title = "of reason";
	}
	s->cols = cols;
	s->ncols = ARRAY_SIZE(text_columns);
}

static void put_figures(struct sheet *s, const struct report *r, const struct series *series,
			const struct row *row)
{
	put_row_count(s, series, row);
	put_string(s, provenance_mark(row->r.provenance));
	if (series->runs > 1)
		put_real(s, row_stddev(series, row));
	else
		put_none(s);
	put_real(s, row_rate(r, row));
}

static const struct row *find_count(const struct report *r, u32 class, u64 code)
{
	size_t i;

	for (i = 0; i < r->counts.rows.n; i++)
		if (r->counts.rows.v[i].r.class == class && r->counts.rows.v[i].r.code == code)
			return &r->counts.rows.v[i];
	return NULL;
}

/**
 * struct inside - traps that were answered without an exit
 * @by: by whom, NULL if that is not so
 * @count: how many, of one run
 * @all: no exit at all
 */
struct inside {
	const char *by;
	u64 count;
	bool all;
};

/*
 * CPUID is trapped and mostly answered inside: from the CPUID page of an SNP
 * guest (APM vol. 2, 15.36.7), with zeros by the kernel of a TD. How many is
 * the difference of two counts.
 */
static struct inside answered_inside(const struct report *r, const struct row *row)
{
	static const struct {
		u32 trap, exit;
		u64 trap_code, exit_code;
		u32 platform;
		const char *by;
	} pairs[] = {
		{ CVMSTAT_CLASS_VC, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_CPUID,
		  CVMSTAT_SVM_CPUID, CVMSTAT_PLATFORM_SNP, "CPUID page" },
		{ CVMSTAT_CLASS_VE, CVMSTAT_CLASS_TDVMCALL, CVMSTAT_VE_CPUID,
		  CVMSTAT_TDVMCALL_CPUID, CVMSTAT_PLATFORM_TDX, "kernel" },
	};
	struct inside inside = { 0 };
	const struct row *exits;
	u64 left;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pairs) && !r->per_cpu; i++) {
		if (row->r.class != pairs[i].trap || row->r.code != pairs[i].trap_code ||
		    r->last->info.platform != pairs[i].platform)
			continue;
		exits = find_count(r, pairs[i].exit, pairs[i].exit_code);
		left = exits ? row_count(exits) : 0;
		if (row_count(row) <= left)
			break;
		inside.by = pairs[i].by;
		inside.count = (row_count(row) - left) / r->counts.runs;
		inside.all = !left;
	}
	return inside;
}

static bool is_idle(const struct record *r)
{
	return (r->class == CVMSTAT_CLASS_AUTO && r->code == CVMSTAT_SVM_HLT) ||
	       (r->class == CVMSTAT_CLASS_TDVMCALL && r->code == CVMSTAT_TDVMCALL_HLT);
}

static void note(const struct report *r, const struct row *row, char *buf, size_t size)
{
	struct inside inside = answered_inside(r, row);
	char num[32];

	buf[0] = '\0';
	if (is_idle(&row->r))
		snprintf(buf, size, "(idle entries)");
	else if (inside.all)
		snprintf(buf, size, "without exit (%s)", inside.by);
	else if (inside.by)
		snprintf(buf, size, "%s= without exit (%s)",
			 grouped(inside.count, num, sizeof(num)), inside.by);
}

static void put_top(struct sheet *s, const struct report *r, const struct entry *e)
{
	char text[512] = "", name[NAME_BYTES];
	double whole = entry_detail_whole(r, e);
	size_t i, at;

	if (!r->details)
		note(r, e->row, text, sizeof(text));
	at = strlen(text);
	for (i = 0; i < e->ndetails && i < TOP_DETAILS && !r->details && at < sizeof(text); i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s %.1f%%",
				       at ? ", " : "",
				       detail_label(&e->details[i]->r, name, sizeof(name)),
				       100 * row_mean(&r->detail, e->details[i]) / whole);
	put_string(s, text);
}

static void put_reason(struct sheet *s, const struct report *r, const struct entries *all,
		       const struct entry *e)
{
	enum kind_of_class kind = class_kind(e->row->r.class);
	char name[NAME_BYTES];

	put_u64(s, e->row->r.cpu);
	put_string(s, kind_name(kind));
	put_string(s, reason_label(e->row->r.class, record_has_code(&e->row->r), e->row->r.code,
				   name, sizeof(name)));
	put_figures(s, r, &r->counts, e->row);
	if (kind == KIND_EXIT)
		put_share(s, row_mean(&r->counts, e->row), all->exits);
	else
		put_none(s);
	put_top(s, r, e);
}

/* A line below a reason, up to its count. */
static void put_indented(struct sheet *s, const char *name)
{
	char *indented = xasprintf("  %s", name);

	put_none(s);
	put_string(s, "");
	put_string(s, indented);
	free(indented);
}

static void put_detail(struct sheet *s, const struct report *r, const struct entries *all,
		       const struct entry *e, const struct row *row)
{
	char name[NAME_BYTES], of[16];
	double whole = entry_detail_whole(r, e);

	put_indented(s, detail_label(&row->r, name, sizeof(name)));
	put_figures(s, r, &r->detail, row);
	if (class_kind(row->r.class) == KIND_EXIT)
		put_share(s, row_mean(&r->detail, row), all->exits);
	else
		put_none(s);
	snprintf(of, sizeof(of), "%5.1f%%", 100 * row_mean(&r->detail, row) / whole);
	put_string(s, of);
}

/* Among all details it is a line of its own. */
static void put_inside(struct sheet *s, const struct report *r, const struct row *row)
{
	struct inside inside = answered_inside(r, row);
	char name[NAME_BYTES];

	if (!inside.by)
		return;
	snprintf(name, sizeof(name), "without exit (%s)", inside.by);
	put_indented(s, name);
	put_u64(s, inside.count);
	put_string(s, provenance_mark(CVMSTAT_PROVENANCE_INFERRED));
	put_none(s);
	put_none(s);
	put_none(s);
	put_string(s, "");
}

static void fill_text(const struct report *r, const struct entries *e, struct sheet *s)
{
	size_t i, j;

	for (i = 0; i < e->n; i++) {
		put_reason(s, r, e, &e->v[i]);
		for (j = 0; r->details && j < e->v[i].ndetails; j++)
			put_detail(s, r, e, &e->v[i], e->v[i].details[j]);
		if (r->details)
			put_inside(s, r, e->v[i].row);
	}
}

/**
 * report_text_sheet - the table for people
 * @r: the report
 * @s: filled, to be freed with sheet_free()
 * @cols: room for the columns, which @s points to
 */
void report_text_sheet(const struct report *r, struct sheet *s,
		       struct column cols[REPORT_TEXT_COLUMNS])
{
	struct entries e;

	entries_build(&e, r);
	text_setup(s, cols, r);
	fill_text(r, &e, s);
	entries_free(&e);
}

void report_text(struct out *o, const struct report *r, const struct entries *e)
{
	struct column cols[REPORT_TEXT_COLUMNS];
	struct sheet s = { .name = "reasons" };

	text_setup(&s, cols, r);
	fill_text(r, e, &s);
	out_sheet(o, &s, IN_TEXT);
	sheet_free(&s);
}
