// SPDX-License-Identifier: GPL-2.0
/* Order: by CPU where asked for; exits, calls, traps; the most frequent first. */
#include <stdlib.h>
#include <string.h>

#include <linux/cvmstat_codes.h>

#include "diff.h"
#include "footer.h"
#include "names.h"
#include "report.h"

/* Details beside a reason, unless all are asked for. */
#define TOP_DETAILS 3

/* What is shown of one reason. */
struct entry {
	const struct row *row;
	const struct row **details;
	size_t ndetails;
};

struct entries {
	struct entry *v;
	size_t n;
	const struct row **details;
	double exits;
};

static int entry_compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	enum kind_of_class kx = class_kind(x->row->r.class), ky = class_kind(y->row->r.class);

	if (x->row->r.cpu != y->row->r.cpu)
		return x->row->r.cpu < y->row->r.cpu ? -1 : 1;
	if (kx != ky)
		return kx < ky ? -1 : 1;
	if (row_count(x->row) != row_count(y->row))
		return row_count(x->row) > row_count(y->row) ? -1 : 1;
	return record_compare(&x->row->r, &y->row->r);
}

static int detail_compare(const void *a, const void *b)
{
	const struct row *x = *(const struct row *const *)a, *y = *(const struct row *const *)b;
	int rc = reason_compare(&x->r, &y->r);

	if (rc)
		return rc;
	if (row_count(x) != row_count(y))
		return row_count(x) > row_count(y) ? -1 : 1;
	return record_compare(&x->r, &y->r);
}

/* First of the sorted details that is not before a reason. */
static size_t find_details(const struct row **details, size_t n, const struct record *r)
{
	size_t low = 0, high = n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (reason_compare(&details[mid]->r, r) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The details of each reason, as a slice of one sorted array. */
static void entries_build(struct entries *e, const struct report *r)
{
	const struct row_vec *counts = &r->counts.rows, *details = &r->detail.rows;
	size_t i, from, to;

	e->n = counts->n;
	e->exits = 0;
	e->v = xcalloc(e->n + 1, sizeof(*e->v));
	e->details = xcalloc(details->n + 1, sizeof(struct row *));
	for (i = 0; i < details->n; i++)
		e->details[i] = &details->v[i];
	qsort(e->details, details->n, sizeof(struct row *), detail_compare);
	for (i = 0; i < counts->n; i++) {
		if (class_kind(counts->v[i].r.class) == KIND_EXIT)
			e->exits += row_mean(&r->counts, &counts->v[i]);
		from = find_details(e->details, details->n, &counts->v[i].r);
		for (to = from; to < details->n; to++)
			if (reason_compare(&e->details[to]->r, &counts->v[i].r))
				break;
		e->v[i].row = &counts->v[i];
		e->v[i].details = e->details + from;
		e->v[i].ndetails = to - from;
	}
	qsort(e->v, e->n, sizeof(*e->v), entry_compare);
}

static void entries_free(struct entries *e)
{
	free(e->v);
	free(e->details);
}

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

/* One run is exact; several have a mean. */
static void put_count(struct sheet *s, const struct series *series, const struct row *row)
{
	if (series->runs > 1)
		put_real(s, row_mean(series, row));
	else
		put_u64(s, row_count(row));
}

static double rate(const struct report *r, const struct row *row)
{
	return r->seconds > 0 ? (double)row_count(row) / r->seconds : 0;
}

static void put_figures(struct sheet *s, const struct report *r, const struct series *series,
			const struct row *row)
{
	put_count(s, series, row);
	put_string(s, provenance_mark(row->r.provenance));
	if (series->runs > 1)
		put_real(s, row_stddev(series, row));
	else
		put_none(s);
	put_real(s, rate(r, row));
}

/* Of what a reason's details are a share: the two dumps are not one moment. */
static double detail_whole(const struct report *r, const struct entry *e)
{
	double sum = 0, count = row_mean(&r->counts, e->row);
	size_t i;

	for (i = 0; i < e->ndetails; i++)
		sum += row_mean(&r->detail, e->details[i]);
	return sum > count ? sum : count;
}

static void put_share(struct sheet *s, double part, double whole)
{
	if (whole > 0)
		put_real(s, part / whole);
	else
		put_none(s);
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
	double whole = detail_whole(r, e);
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
	double whole = detail_whole(r, e);

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

static void text_table_out(struct out *o, const struct report *r, const struct entries *e)
{
	struct column cols[REPORT_TEXT_COLUMNS];
	struct sheet s = { .name = "reasons" };

	text_setup(&s, cols, r);
	fill_text(r, e, &s);
	out_sheet(o, &s, IN_TEXT);
	sheet_free(&s);
}

/* The columns of CSV, which are those of JSON's reasons and details. */
static const struct column data_columns[] = {
	{ "time", NULL, IN_CSV, SHOW_PLAIN },
	{ "kind", NULL, IN_DATA, SHOW_PLAIN },
	{ "class", NULL, IN_DATA, SHOW_PLAIN },
	{ "code", NULL, IN_DATA, SHOW_PLAIN },
	{ "reason", NULL, IN_DATA, SHOW_PLAIN },
	{ "op", NULL, IN_DATA, SHOW_PLAIN },
	{ "detail", NULL, IN_DATA, SHOW_PLAIN },
	{ "name", NULL, IN_DATA, SHOW_PLAIN },
	{ "cpu", NULL, IN_DATA, SHOW_PLAIN },
	{ "count", NULL, IN_DATA, SHOW_PLAIN },
	{ "stddev", NULL, IN_DATA, SHOW_PLAIN },
	{ "kernel", NULL, IN_DATA, SHOW_PLAIN },
	{ "user", NULL, IN_DATA, SHOW_PLAIN },
	{ "rate", NULL, IN_DATA, SHOW_PLAIN },
	{ "share", NULL, IN_DATA, SHOW_PLAIN },
	{ "provenance", NULL, IN_DATA, SHOW_PLAIN },
	{ "overflow", NULL, IN_DATA, SHOW_PLAIN },
};

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
		put_string(s, detail_label(r, name, sizeof(name)));
	} else {
		put_none(s);
		put_none(s);
		put_none(s);
	}
}

/* Kernel and user as sums over the runs, where the count is a mean. */
static void put_data(struct sheet *s, const struct report *r, const struct series *series,
		     const struct row *row, double whole)
{
	put_real(s, r->time);
	put_key(s, &row->r, series == &r->detail);
	if (r->per_cpu)
		put_u64(s, row->r.cpu);
	else
		put_none(s);
	put_count(s, series, row);
	if (series->runs > 1)
		put_real(s, row_stddev(series, row));
	else
		put_none(s);
	put_u64(s, row->r.kernel);
	put_u64(s, row->r.user);
	put_real(s, rate(r, row));
	put_share(s, row_mean(series, row), whole);
	put_string(s, provenance_name(row->r.provenance));
	put_bool(s, record_overflow(&row->r) || !record_has_code(&row->r));
}

static void data_sheets(struct out *o, const struct report *r, const struct entries *e)
{
	struct sheet reasons = SHEET("reasons", data_columns);
	struct sheet details = SHEET("details", data_columns);
	bool csv = o->format == OUT_CSV;
	size_t i, j;

	for (i = 0; i < e->n; i++) {
		put_data(&reasons, r, &r->counts, e->v[i].row,
			 class_kind(e->v[i].row->r.class) == KIND_EXIT ? e->exits : 0);
		if (csv && !r->details)
			continue;
		for (j = 0; j < e->v[i].ndetails; j++)
			put_data(csv ? &reasons : &details, r, &r->detail, e->v[i].details[j],
				 detail_whole(r, &e->v[i]));
	}
	out_sheet(o, &reasons, IN_DATA);
	out_sheet(o, &details, IN_JSON);
	sheet_free(&reasons);
	sheet_free(&details);
}

/**
 * report_print - give out one report
 */
void report_print(struct out *o, const struct report *r)
{
	struct entries e;

	entries_build(&e, r);
	out_begin(o, "stat");
	footer_head(o, r);
	if (o->format == OUT_TEXT)
		text_table_out(o, r, &e);
	else
		data_sheets(o, r, &e);
	footer_print(o, r, e.exits);
	out_end(o);
	entries_free(&e);
}
