// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/format.h"
#include "counts/keep.h"
#include "names/names.h"
#include "out/notes.h"
#include "report/data.h"
#include "report/figures.h"
#include "report/footer.h"

/* Of an interval of a command it is not known yet. */
static bool has_status(const struct report *r)
{
	return r->ran && !r->interval;
}

static void each_run_json(struct out *o, const struct report *r)
{
	static const struct column columns[] = {
		{ "seconds", NULL, IN_JSON, SHOW_PLAIN },
		{ "exit_status", NULL, IN_JSON, SHOW_PLAIN },
	};
	struct sheet s = SHEET("each_run", columns);
	size_t i;

	for (i = 0; i < r->runs.n; i++) {
		put_real(&s, r->runs.v[i].seconds);
		if (has_status(r))
			put_u64(&s, (u64)r->runs.v[i].status);
		else
			put_none(&s);
	}
	out_sheet(o, &s, IN_JSON);
	sheet_free(&s);
}

static void string_or_null(struct out *o, const char *key, const char *val)
{
	if (val)
		out_string(o, key, val);
	else
		out_null(o, key);
}

static void head_json(struct out *o, const struct report *r)
{
	const struct info *info = &r->last->info;

	out_string(o, "platform", platform_key(info->platform));
	out_string(o, "kernel", info->kernel);
	out_string(o, "module", info->version);
	out_hex(o, "generation", info->generation);
	out_u64(o, "cpus", info->online_cpus);
	out_string(o, "workload", r->title);
	if (has_status(r))
		out_u64(o, "exit_status", (u64)r->status);
	else
		out_null(o, "exit_status");
	string_or_null(o, "cpu_list", r->chosen);
	string_or_null(o, "own_of", r->window.whose);
	out_real(o, "time", r->time);
	out_string(o, "utc", r->utc);
	out_real(o, "seconds", r->window.seconds);
	out_u64(o, "runs", r->window.counts.runs);
	each_run_json(o, r);
	out_real(o, "counting_began", r->began);
}

/* The title on the left, the machine on the right where there is room. */
void footer_head(struct out *o, const struct report *r)
{
	const struct info *info = &r->last->info;
	int width = o->format == OUT_TEXT ? out_width(o) : 0, gap;
	char left[320], right[256], runs[32] = "", on[80] = "", length[32] = "";

	head_json(o, r);
	if (r->window.counts.runs > 1)
		snprintf(runs, sizeof(runs), " (%u runs)", r->window.counts.runs);
	if (r->chosen)
		snprintf(on, sizeof(on), " on CPU %s", r->chosen);
	/* As perf stat has it. */
	if (r->interval)
		snprintf(left, sizeof(left), "%16.9f%s", r->time, on);
	else
		snprintf(left, sizeof(left), " Guest exits during %s%s%s", r->title, on, runs);
	if (!isnan(r->window.seconds))
		snprintf(length, sizeof(length), ", %.2f s", r->window.seconds);
	snprintf(right, sizeof(right), "%s, %u vCPU%s, %s%s", platform_name(info->platform),
		 info->online_cpus, info->online_cpus == 1 ? "" : "s", info->kernel, length);
	gap = width ? width - (int)strlen(left) - (int)strlen(right) - 1 : 10;
	if (width && gap < 2)
		out_line(o, "%s\n %s\n", left, right);
	else
		out_line(o, "%s%*s%s\n", left, gap > 10 ? 10 : gap, "", right);
}

/* In data it is in the head. */
static void load(struct out *o, const struct report *r)
{
	unsigned long long generation = r->last->info.generation;

	if (!r->since_load)
		return;
	if (isnan(r->began))
		out_labelled(o, "load",
			     "generation 0x%llx; this module does not tell when counting began",
			     generation);
	else
		out_labelled(o, "load",
			     "generation 0x%llx; counting began %.2f s after the kernel's start",
			     generation, r->began);
}

/* Details that found no room, over all runs. */
static u64 details_lost(const struct report *r)
{
	const struct row_vec *rows = &r->window.details.rows;
	u64 sum = 0;
	size_t i;

	for (i = 0; i < rows->n; i++)
		if (record_overflow(&rows->v[i].r))
			sum = sat_add(sum, row_count(&rows->v[i]));
	return sum;
}

static void put_full(struct sheet *s, const struct report *r)
{
	u64 lost = details_lost(r);
	char text[160], num[32];

	if (!lost)
		return;
	snprintf(text, sizeof(text),
		 "the table of details was full: %s events are in rows (table full); detail_slots=%u",
		 mean_text(lost, r->window.counts.runs, num, sizeof(num)),
		 r->last->info.detail_slots);
	put_string(s, text);
}

static const struct gap *gap_of(const struct gap_vec *gaps, const struct record *r)
{
	size_t i;

	for (i = 0; i < gaps->n; i++)
		if (gaps->v[i].has & BIT(CVMSTAT_A_GAP_CODE) && gaps->v[i].class == r->class &&
		    gaps->v[i].code == r->code)
			return &gaps->v[i];
	return NULL;
}

/* Why a figure is not what it seems to be: of one CPU, as of all. */
static void put_estimates(struct sheet *s, const struct report *r)
{
	const struct row_vec *rows = &r->window.counts.rows;
	const struct record *last = NULL, *row;
	char text[320], name[NAME_BYTES];
	const struct gap *gap;
	size_t i;

	for (i = 0; i < rows->n; i++) {
		row = &rows->v[i].r;
		gap = gap_of(&r->last->gaps, row);
		if (row->provenance != CVMSTAT_PROVENANCE_ESTIMATED || !gap ||
		    (last && last->class == row->class && last->code == row->code))
			continue;
		last = row;
		snprintf(text, sizeof(text), "%s is estimated: %s",
			 reason_label(row->class, true, row->code, name, sizeof(name)), gap->why);
		put_string(s, text);
	}
}

static void put_own_cpus(struct sheet *s, const struct report *r)
{
	const struct row_vec *rows = &r->window.counts.rows;
	size_t i;

	for (i = 0; r->own_cpus && i < rows->n; i++) {
		if (!record_halts(&rows->v[i].r) ||
		    rows->v[i].r.provenance != CVMSTAT_PROVENANCE_INFERRED)
			continue;
		put_string(s,
			   "KVM_HINTS_REALTIME: HLT need not exit here, and hlt is idle entries");
		return;
	}
}

static void put_not_split(struct sheet *s, const char *why, u32 classes)
{
	char text[400], names[256];

	if (!classes)
		return;
	snprintf(text, sizeof(text), "not split, as %s: %s", why,
		 classes_text(classes, ", ", names, sizeof(names)));
	put_string(s, text);
}

/* What could not be opened. */
static void put_failed(struct sheet *s, const struct split *split)
{
	char text[200];
	const char *how = "";

	if (!split->failed)
		return;
	if (split->failed->error == EMFILE)
		how = ": raise ulimit -n";
	snprintf(text, sizeof(text), "not all is split, as events could not be opened (%s)%s",
		 perf_problem(split->failed), how);
	put_string(s, text);
}

/* Why parts are not there. */
static void put_unsplit(struct sheet *s, const struct split *split)
{
	if (!split)
		return;
	put_failed(s, split);
	put_not_split(s, "it was counted in a part of the run only", split->partly);
	put_not_split(s, "more of it was told by task than was counted", split->beyond);
}

/* Text says once what does not change; and CSV has a row for each. */
static void notes(struct out *o, const struct report *r)
{
	struct sheet s = SHEET("notes", note_columns);
	size_t i;

	if (r->series_note[0])
		put_string(&s, r->series_note);
	put_notes(&s, &r->sum, r->trouble);
	put_unsplit(&s, r->split);
	put_full(&s, r);
	/* No guest can ever know: the mark is in the table, and info says it too. */
	if (o->format != OUT_TEXT || r->verbose)
		put_estimates(&s, r);
	put_own_cpus(&s, r);
	if (o->format != OUT_TEXT || says_all(r))
		put_lasting_notes(&s, r->last);
	for (i = 0; i < s.cells.n; i++)
		out_labelled(o, "note", "%s", note_at(&s, i));
	out_sheet(o, &s, IN_JSON);
	report_data_notes(o, r, &s);
	sheet_free(&s);
}

/* What the marks in the table mean. */
static void marks_text(const struct report *r, char *buf, size_t size)
{
	static const char *const meanings[] = {
		[CVMSTAT_PROVENANCE_INFERRED] = "= inferred, one for one",
		[CVMSTAT_PROVENANCE_ESTIMATED] = "~ estimated",
		[CVMSTAT_PROVENANCE_ESTIMATED + 1] = "? only a newer cvmstat knows",
	};
	bool seen[ARRAY_SIZE(meanings)] = { false };
	const char *between = "   (";
	size_t i, at = 0;
	u32 provenance;

	for (i = 0; i < r->window.counts.rows.n; i++) {
		provenance = r->window.counts.rows.v[i].r.provenance;
		seen[provenance < ARRAY_SIZE(seen) ? provenance : ARRAY_SIZE(seen) - 1] = true;
	}
	buf[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(meanings); i++) {
		if (!seen[i] || !meanings[i])
			continue;
		at += (size_t)snprintf(buf + at, size - at, "%s%s", between, meanings[i]);
		between = ", ";
	}
	if (at)
		snprintf(buf + at, size - at, ")");
}

/* How many of the exits are the chosen one's, and idle CPUs', if that is known of all. */
static void own_text(const struct report *r, char *buf, size_t size)
{
	const struct series *counts = &r->window.counts;
	char num[32], idle[32];
	u64 sums[2] = { 0 };
	u32 has = -1U;
	size_t i;

	buf[0] = '\0';
	for (i = 0; i < counts->rows.n; i++) {
		const struct record *row = &counts->rows.v[i].r;

		if (class_kind(row->class) != KIND_EXIT)
			continue;
		has &= row->has;
		sums[0] = sat_add(sums[0], row->own);
		sums[1] = sat_add(sums[1], row->idle);
	}
	if (!r->window.whose || !(has & RECORD_OWN))
		return;
	i = (size_t)snprintf(buf, size, "; of the %s: %s exits", r->window.whose,
			     mean_text(sums[0], counts->runs, num, sizeof(num)));
	if (has & RECORD_IDLE && r->window.idle)
		snprintf(buf + i, size - i, ", of idle CPUs: %s",
			 mean_text(sums[1], counts->runs, idle, sizeof(idle)));
}

static void totals(struct out *o, const struct report *r)
{
	u64 sums[KIND_COUNT] = { 0 };
	static const char *const names[KIND_COUNT] = {
		[KIND_EXIT] = "exit", [KIND_TRAP] = "trap", [KIND_CALL] = "module call",
	};
	static const enum kind_of_class order[] = { KIND_EXIT, KIND_TRAP, KIND_CALL };
	char text[256], num[32], own[128], marks[128];
	enum kind_of_class kind;
	size_t at = 0;
	size_t i;

	for (i = 0; i < r->window.counts.rows.n; i++) {
		kind = class_kind(r->window.counts.rows.v[i].r.class);
		sums[kind] = sat_add(sums[kind], row_count(&r->window.counts.rows.v[i]));
	}
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		kind = order[i];
		mean_text(sums[kind], r->window.counts.runs, num, sizeof(num));
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s %s%s", i ? ", " : "",
				       num, names[kind], streq(num, "1") ? "" : "s");
	}
	if (sums[KIND_UNKNOWN])
		snprintf(text + at, sizeof(text) - at, ", %s of unknown class",
			 mean_text(sums[KIND_UNKNOWN], r->window.counts.runs, num, sizeof(num)));
	own_text(r, own, sizeof(own));
	marks_text(r, marks, sizeof(marks));
	out_line(o, "%s", "");
	out_labelled(o, "total", "%s%s%s", text, own, marks);
}

static void hooks(struct out *o, const struct report *r)
{
	const struct hook_vec *vec = &r->sum.hooks;
	u64 live = 0, missed;
	char num[32];
	size_t i;

	for (i = 0; i < vec->n; i++)
		live += vec->v[i].backend != CVMSTAT_BACKEND_NONE;
	missed = snapshot_sum(&r->sum, &parts[PART_HOOKS], CVMSTAT_A_HOOK_MISSED, 0, 0);
	out_u64(o, "hooks", vec->n);
	out_u64(o, "hooks_live", live);
	out_u64(o, "hits_missed", missed);
	if (vec->n && r->verbose && says_all(r))
		out_labelled(o, "hooks", "%llu of %zu live, %s hits missed", live, vec->n,
			     grouped(missed, num, sizeof(num)));
}

/* Of some reasons only a part cannot be counted, and the rest is in the table. */
static bool in_table(const struct report *r, const struct gap *g)
{
	size_t i;

	for (i = 0; g->has & BIT(CVMSTAT_A_GAP_CODE) && i < r->window.counts.rows.n; i++)
		if (record_has_code(&r->window.counts.rows.v[i].r) &&
		    r->window.counts.rows.v[i].r.class == g->class &&
		    r->window.counts.rows.v[i].r.code == g->code)
			return true;
	return false;
}

static void gaps(struct out *o, const struct report *r)
{
	const struct gap_vec *vec = &r->last->gaps;
	char text[1024] = "not countable from inside a guest (cvmstat info says why):";
	char name[NAME_BYTES];
	size_t i, at = strlen(text);
	const struct gap *g;

	for (i = 0; i < vec->n && at < sizeof(text); i++) {
		g = &vec->v[i];
		if (g->has & BIT(CVMSTAT_A_GAP_CODE))
			reason_label(g->class, true, g->code, name, sizeof(name));
		else
			class_name(g->class, name, sizeof(name));
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s %s%s", i ? "," : "", name,
				       in_table(r, g) ? " (a part)" : "");
	}
	if (vec->n && r->verbose && says_all(r))
		out_paragraph(o, text, 1);
}

void footer_print(struct out *o, const struct report *r, double exits)
{
	totals(o, r);
	figures_print(o, r, exits);
	hooks(o, r);
	load(o, r);
	gaps(o, r);
	notes(o, r);
	out_line(o, "%s", "");
}
