// SPDX-License-Identifier: GPL-2.0
/* A line for each reason, with its details in or below it. */
#include <stdlib.h>
#include <string.h>

#include <linux/cvmstat_codes.h>

#include "names/names.h"
#include "out/reasons.h"

/* Details beside a reason, unless all are asked for. */
#define TOP_DETAILS 3

enum { TEXT_CPU, TEXT_KIND, TEXT_REASON, TEXT_COUNT, TEXT_MARK, TEXT_STDDEV, TEXT_OWN,
	TEXT_IDLE, TEXT_OTHERS, TEXT_RATE, TEXT_SHARE, TEXT_TIME, TEXT_TOP };

static const struct column text_columns[REASONS_COLUMNS] = {
	[TEXT_CPU] = { NULL, "cpu", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	[TEXT_KIND] = { NULL, "class", IN_TEXT, SHOW_PLAIN },
	[TEXT_REASON] = { NULL, "reason", IN_TEXT, SHOW_PLAIN },
	[TEXT_COUNT] = { NULL, "count", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
	[TEXT_MARK] = { NULL, "", IN_TEXT, SHOW_PLAIN },
	[TEXT_STDDEV] = { NULL, "stddev", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
	[TEXT_OWN] = { NULL, "", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
	[TEXT_IDLE] = { NULL, "idle", IN_TEXT | COL_RIGHT | COL_LAST, SHOW_GROUPED },
	[TEXT_OTHERS] = { NULL, "others", IN_TEXT | COL_RIGHT | COL_LAST, SHOW_GROUPED },
	[TEXT_RATE] = { NULL, "/s", IN_TEXT | COL_RIGHT | COL_SPARE, SHOW_RATE },
	[TEXT_SHARE] = { NULL, "share", IN_TEXT | COL_RIGHT, SHOW_PERCENT },
	[TEXT_TIME] = { NULL, "CPU time", IN_TEXT | COL_RIGHT, SHOW_PERCENT },
	[TEXT_TOP] = { NULL, "top details", IN_TEXT | COL_ITEMS | COL_SPARE, SHOW_PLAIN },
};

_Static_assert(ARRAY_SIZE(text_columns) == REASONS_COLUMNS, "room for all columns");

/* Columns that say nothing in this window are left out. */
static void setup(struct sheet *s, struct column *cols, const struct entries *e, bool details)
{
	const struct window *w = e->window;

	memcpy(cols, text_columns, sizeof(text_columns));
	if (w->per_node)
		cols[TEXT_CPU].title = "node";
	else if (!w->per_cpu)
		cols[TEXT_CPU].flags = 0;
	if (w->counts.runs < 2)
		cols[TEXT_STDDEV].flags = 0;
	if (!w->cpu_cycles)
		cols[TEXT_TIME].flags = 0;
	cols[TEXT_OWN].title = w->whose;
	if (!w->whose || e->by_purpose) {
		cols[TEXT_OWN].flags = 0;
		cols[TEXT_OTHERS].flags = 0;
	}
	if (!w->whose || e->by_purpose || !w->idle)
		cols[TEXT_IDLE].flags = 0;
	if (e->by_purpose)
		cols[TEXT_REASON].title = "purpose";
	if (details) {
		cols[TEXT_KIND].flags |= COL_SPARE;
		cols[TEXT_REASON].flags |= COL_TRUNC;
		cols[TEXT_TOP].flags = IN_TEXT | COL_RIGHT | COL_SPARE;
		cols[TEXT_TOP].title = e->by_purpose ? "of purpose" : "of reason";
	}
	s->name = "reasons";
	s->cols = cols;
	s->ncols = ARRAY_SIZE(text_columns);
}

static void put_figures(struct sheet *s, const struct window *w, const struct series *series,
			const struct row *row)
{
	put_row_count(s, series, row);
	put_string(s, provenance_mark(row->r.provenance));
	if (series->runs > 1)
		put_real(s, row_stddev(series, row));
	else
		put_none(s);
	put_own(s, series, row, true);
	put_row_rate(s, w, row);
}

/* The row of another reason on the same CPU, or CPUs. */
static const struct row *find_count(const struct window *w, u32 class, u64 code, u32 cpu)
{
	const struct row *row;
	size_t i;

	for (i = 0; i < w->counts.rows.n; i++) {
		row = &w->counts.rows.v[i];
		if (row->r.class == class && record_has_code(&row->r) && row->r.code == code &&
		    row->r.cpu == cpu)
			return row;
	}
	return NULL;
}

/**
 * struct inside - traps that were answered without an exit
 * @by: by whom, NULL if that is not so
 * @count: how many, of all runs
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
 * the difference of two counts, if both were taken.
 */
static struct inside answered_inside(const struct window *w, const struct row *row)
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

	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		if (row->r.class != pairs[i].trap || row->r.code != pairs[i].trap_code ||
		    w->platform != pairs[i].platform || !(w->counted & BIT(pairs[i].exit)))
			continue;
		exits = find_count(w, pairs[i].exit, pairs[i].exit_code, row->r.cpu);
		left = exits ? row_count(exits) : 0;
		if (row_count(row) <= left)
			break;
		inside.by = pairs[i].by;
		inside.count = row_count(row) - left;
		inside.all = !left;
	}
	return inside;
}

static void note(const struct window *w, const struct row *row, char *buf, size_t size)
{
	struct inside inside = answered_inside(w, row);
	char num[32];

	buf[0] = '\0';
	if (record_halts(&row->r))
		snprintf(buf, size, "(idle entries)");
	else if (inside.all)
		snprintf(buf, size, "without exit (%s)", inside.by);
	else if (inside.by)
		snprintf(buf, size, "%s= without exit (%s)",
			 mean_text(inside.count, w->counts.runs, num, sizeof(num)), inside.by);
}

/* What there is to say of a reason, and its top details. */
static void put_top(struct sheet *s, const struct entries *all, const struct entry *e)
{
	const struct window *w = all->window;
	char text[512] = "", name[2 * NAME_BYTES];
	double whole = entry_detail_whole(w, e);
	size_t i, at;

	if (!all->by_purpose)
		note(w, e->row, text, sizeof(text));
	at = strlen(text);
	for (i = 0; i < e->ndetails && i < TOP_DETAILS && at < sizeof(text); i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s %.1f%%",
				       at ? ", " : "",
				       entry_part(all, e->details[i], name, sizeof(name)),
				       100 * row_mean(&w->details, e->details[i]) / whole);
	put_string(s, text);
}

/* A line up to its last column. */
static void put_reason(struct sheet *s, const struct entries *all, const struct entry *e)
{
	enum kind_of_class kind = entry_kind(all, e->row);
	const struct window *w = all->window;
	char name[NAME_BYTES];

	put_u64(s, e->row->r.cpu);
	put_string(s, kind_name(kind));
	put_string(s, entry_label(all, e->row, name, sizeof(name)));
	put_figures(s, w, &w->counts, e->row);
	if (kind == KIND_EXIT)
		put_share(s, row_mean(&w->counts, e->row), all->exits);
	else
		put_none(s);
	put_time_share(s, w, e->row);
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

static void put_detail(struct sheet *s, const struct entries *all, const struct entry *e,
		       const struct row *row)
{
	const struct window *w = all->window;
	char name[2 * NAME_BYTES], of[16];
	double whole = entry_detail_whole(w, e);

	put_indented(s, entry_part(all, row, name, sizeof(name)));
	put_figures(s, w, &w->details, row);
	if (class_kind(row->r.class) == KIND_EXIT)
		put_share(s, row_mean(&w->details, row), all->exits);
	else
		put_none(s);
	put_none(s);
	snprintf(of, sizeof(of), "%5.1f%%", 100 * row_mean(&w->details, row) / whole);
	put_string(s, of);
}

/* Among all details it is a line of its own. */
static void put_inside(struct sheet *s, const struct window *w, const struct row *row)
{
	struct inside inside = answered_inside(w, row);
	char name[NAME_BYTES];

	if (!inside.by)
		return;
	snprintf(name, sizeof(name), "without exit (%s)", inside.by);
	put_indented(s, name);
	put_mean(s, inside.count, w->counts.runs);
	put_string(s, provenance_mark(CVMSTAT_PROVENANCE_INFERRED));
	put_nones(s, TEXT_TOP);
	put_string(s, "");
}

/* The lines below a reason. */
static void put_details(struct sheet *s, const struct entries *all, const struct entry *e)
{
	size_t i;

	for (i = 0; i < e->ndetails; i++)
		put_detail(s, all, e, e->details[i]);
	if (!all->by_purpose)
		put_inside(s, all->window, e->row);
}

/**
 * reasons_sheet - the table for people
 * @s: filled, to be freed with sheet_free()
 * @cols: room for the columns, which @s points to
 * @e: the reasons, or the purposes
 * @details: all details below each reason, not only the top ones beside it
 */
void reasons_sheet(struct sheet *s, struct column cols[REASONS_COLUMNS], const struct entries *e,
		   bool details)
{
	size_t i;

	setup(s, cols, e, details);
	for (i = 0; i < e->n; i++) {
		put_reason(s, e, &e->v[i]);
		if (details) {
			put_string(s, "");
			put_details(s, e, &e->v[i]);
		} else {
			put_top(s, e, &e->v[i]);
		}
	}
}
