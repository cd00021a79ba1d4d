// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "base/format.h"
#include "names/names.h"
#include "runs/category.h"
#include "runs/rows.h"
#include "runs/show.h"

static const struct column list_columns[] = {
	{ "id", "run", COL_NUMBER, SHOW_PLAIN },
	{ "uuid", NULL, IN_DATA, SHOW_PLAIN },
	{ "name", "name", IN_ALL | COL_TRUNC, SHOW_PLAIN },
	{ "started", "started (UTC)", IN_ALL, SHOW_PLAIN },
	{ "seconds", "seconds", COL_NUMBER, SHOW_REAL },
	{ "exit_status", "status", COL_NUMBER | COL_SPARE, SHOW_PLAIN },
	{ "platform", "platform", IN_ALL | COL_SPARE, SHOW_PLAIN },
	{ "idle", "idle", IN_ALL | COL_SPARE, SHOW_PLAIN },
	{ "exits", "exits", COL_NUMBER, SHOW_GROUPED },
	{ NULL, "", IN_TEXT, SHOW_PLAIN },
	{ "provenance", NULL, IN_DATA, SHOW_PLAIN },
	{ "rate", "/s", COL_NUMBER | COL_SPARE, SHOW_RATE },
	{ "tags", "tags", IN_ALL | COL_SPARE, SHOW_PLAIN },
};

static void put_started(struct sheet *s, const struct run *r)
{
	time_t at = (time_t)(r->started_utc_ns / NSEC_PER_SEC);
	char text[32];
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(text, sizeof(text), "%F %T", &tm);
	put_string(s, text);
}

static void put_tags(struct sheet *s, const struct run *r)
{
	char text[256] = "";
	size_t i, at = 0;

	for (i = 0; i < r->tags.n && at < sizeof(text); i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s=%s", i ? " " : "",
				       r->tags.v[i].key, r->tags.v[i].value);
	put_string(s, text);
}

static void put_list_row(struct sheet *s, const struct run *r)
{
	u32 provenance = run_provenance(r);
	char buf[128];

	put_u64(s, (u64)r->id);
	put_string(s, r->uuid);
	put_string(s, r->name);
	put_started(s, r);
	put_real(s, (double)r->ns / NSEC_PER_SEC);
	put_u64(s, (u64)r->status);
	put_string(s, r->platform);
	put_string(s, category_value(r, "idle", buf, sizeof(buf)));
	if (r->counted) {
		put_u64(s, r->exits);
		put_string(s, provenance_mark(provenance));
		put_string(s, provenance_name(provenance));
		put_real(s, r->ns ? (double)r->exits * 1e9 / (double)r->ns : 0);
	} else {
		put_none(s);
		put_none(s);
		put_none(s);
		put_none(s);
	}
	put_tags(s, r);
}

/* A line for each run, with its tags and settings read. */
void runs_list(struct out *o, const struct run_vec *runs)
{
	struct sheet s = SHEET("runs", list_columns);
	size_t i;

	for (i = 0; i < runs->n; i++)
		put_list_row(&s, &runs->v[i]);
	out_sheet(o, &s, IN_ALL);
	sheet_free(&s);
}

static void show_head(struct out *o, const struct run *r)
{
	char exits[32], rate[32];

	out_line(o, " %-12s %s, run %u of its series", "name", r->name, r->number);
	out_line(o, " %-12s %s", "uuid", r->uuid);
	out_line(o, " %-12s %s, %s, %u CPUs", "guest", r->platform ?: "unknown platform",
		 r->kernel ?: "unknown kernel", r->cpus);
	out_line(o, " %-12s %.3f s, status %d", "took", (double)r->ns / NSEC_PER_SEC, r->status);
	if (r->counted)
		out_line(o, " %-12s %s%s, %s a second", "exits",
			 provenance_mark(run_provenance(r)),
			 grouped(r->exits, exits, sizeof(exits)),
			 grouped(r->ns ? (u64)((double)r->exits * 1e9 / (double)r->ns) : 0, rate,
				 sizeof(rate)));
	else
		out_line(o, " %-12s not counted: the module was not loaded", "exits");
	if (r->command)
		out_line(o, " %-12s %s", "command", r->command);
}

static void show_pairs(struct out *o, const char *title, const struct run_pair_vec *pairs)
{
	size_t i;

	if (pairs->n)
		out_line(o, "\n %s", title);
	for (i = 0; i < pairs->n; i++)
		out_line(o, " %-28s %s", pairs->v[i].key, pairs->v[i].value);
}

static void show_categories(struct out *o, const struct run *r)
{
	const char *value;
	char buf[128];
	size_t i;

	out_line(o, "\n Categories");
	for (i = 0; i < category_count; i++) {
		value = categories[i].get(r, buf, sizeof(buf));
		if (value)
			out_line(o, " %-28s %s", categories[i].key, value);
	}
}

static void show_rows(struct out *o, const char *title, struct sheet s,
		      void (*put)(struct sheet *s, const struct run *r), const struct run *r)
{
	put(&s, r);
	if (s.cells.n) {
		out_line(o, "\n %s", title);
		out_sheet(o, &s, IN_TEXT);
	}
	sheet_free(&s);
}

/* All of a run, for people. */
void run_show(struct out *o, const struct run *r, bool details)
{
	size_t i;

	show_head(o, r);
	show_pairs(o, "Tags", &r->tags);
	show_categories(o, r);
	show_rows(o, "Figures of the workload", rows_figures, put_figures, r);
	show_rows(o, "Reasons", rows_reasons, put_reasons, r);
	if (details) {
		show_rows(o, "Details", rows_details, put_details, r);
		show_rows(o, "What the kernel counted", rows_measures, put_measures, r);
		show_rows(o, "Histograms", rows_bins, put_bins, r);
		show_pairs(o, "Settings", &r->settings);
	}
	if (r->output && r->output_size)
		out_line(o, "\n Output, %zu of %llu bytes\n%s", r->output_size, r->output_bytes,
			 r->output);
	for (i = 0; i < r->notes.n; i++)
		out_labelled(o, "note", "%s", r->notes.v[i].text);
}

static const struct column summary_columns[] = {
	{ "name", "figure", IN_ALL, SHOW_PLAIN },
	{ "unit", "unit", IN_ALL, SHOW_PLAIN },
	{ "runs", "runs", COL_NUMBER, SHOW_PLAIN },
	{ "mean", "mean", COL_NUMBER, SHOW_REAL },
	{ "stddev", "stddev", COL_NUMBER, SHOW_REAL },
	{ "min", "min", COL_NUMBER, SHOW_REAL },
	{ "max", "max", COL_NUMBER, SHOW_REAL },
};

/* Of one figure over the runs that have it. */
struct summary {
	u64 n;
	double mean, m2, min, max;
};

static void summary_add(struct summary *s, double value)
{
	double delta = value - s->mean;

	s->min = !s->n || value < s->min ? value : s->min;
	s->max = !s->n || value > s->max ? value : s->max;
	s->n++;
	s->mean += delta / (double)s->n;
	s->m2 += delta * (value - s->mean);
}

static void put_summary(struct sheet *to, const char *name, const char *unit,
			const struct summary *s)
{
	if (!s->n)
		return;
	put_string(to, name);
	put_string(to, unit);
	put_u64(to, s->n);
	put_real(to, s->mean);
	if (s->n > 1)
		put_real(to, sqrt(s->m2 / (double)(s->n - 1)));
	else
		put_none(to);
	put_real(to, s->min);
	put_real(to, s->max);
}

static void summarize_figure(struct sheet *to, const struct run_vec *runs,
			     const struct run_figure *figure)
{
	const struct run_figure *f;
	struct summary s = { 0 };
	size_t i;

	for (i = 0; i < runs->n; i++) {
		f = run_figure_find(&runs->v[i], figure->name);
		if (f)
			summary_add(&s, f->value);
	}
	put_summary(to, figure->name, figure->unit, &s);
}

/* Time, exits and the workload's own figures over the runs. */
void figures_summary(struct out *o, const struct run_vec *runs)
{
	struct summary seconds = { 0 }, exits = { 0 };
	struct sheet s = SHEET("summary", summary_columns);
	size_t i;

	for (i = 0; i < runs->n; i++) {
		summary_add(&seconds, (double)runs->v[i].ns / NSEC_PER_SEC);
		if (runs->v[i].counted)
			summary_add(&exits, (double)runs->v[i].exits);
	}
	put_summary(&s, "time", "s", &seconds);
	put_summary(&s, "exits", "", &exits);
	for (i = 0; runs->n && i < runs->v[0].figures.n; i++)
		summarize_figure(&s, runs, &runs->v[0].figures.v[i]);
	out_sheet(o, &s, IN_TEXT | IN_JSON);
	sheet_free(&s);
}
