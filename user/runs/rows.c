// SPDX-License-Identifier: GPL-2.0
#include "names/names.h"
#include "runs/rows.h"

/* Of its exits as a whole: where no trap is raised they are what the kernel tells. */
u32 run_provenance(const struct run *r)
{
	u32 p;

	for (p = CVMSTAT_PLATFORM_NONE; p <= CVMSTAT_PLATFORM_TDX_PARAVISOR; p++)
		if (!platform_raises_traps(p) && r->platform && streq(r->platform, platform_key(p)))
			return CVMSTAT_PROVENANCE_ESTIMATED;
	return CVMSTAT_PROVENANCE_COUNTED;
}

static const struct column figure_columns[] = {
	{ "name", "figure", IN_ALL, SHOW_PLAIN },
	{ "value", "value", COL_NUMBER, SHOW_REAL },
	{ "unit", "unit", IN_ALL, SHOW_PLAIN },
	{ "better", "better", IN_ALL, SHOW_PLAIN },
};

const struct sheet rows_figures = SHEET("figures", figure_columns);

void put_figures(struct sheet *s, const struct run *r)
{
	const struct run_figure *f;

	for (f = r->figures.v; f < r->figures.v + r->figures.n; f++) {
		put_string(s, f->name);
		put_real(s, f->value);
		put_string(s, f->unit);
		put_string(s, better_name(f->better));
	}
}

/* Those of stat, without what a single run does not have. */
static const struct column count_columns[] = {
	{ "kind", "class", IN_ALL, SHOW_PLAIN },
	{ "class", NULL, IN_DATA, SHOW_PLAIN },
	{ "code", NULL, IN_DATA, SHOW_PLAIN },
	{ "reason", "reason", IN_ALL, SHOW_PLAIN },
	{ "op", NULL, IN_DATA, SHOW_PLAIN },
	{ "detail", NULL, IN_DATA, SHOW_PLAIN },
	{ "name", "detail", IN_ALL | COL_TRUNC, SHOW_PLAIN },
	{ "count", "count", COL_NUMBER, SHOW_GROUPED },
	{ "rate", "/s", COL_NUMBER | COL_SPARE, SHOW_RATE },
	{ "kernel", NULL, IN_DATA, SHOW_PLAIN },
	{ "user", NULL, IN_DATA, SHOW_PLAIN },
	{ "purpose", "for", IN_ALL | COL_SPARE, SHOW_PLAIN },
	{ "provenance", "figures", IN_ALL | COL_SPARE, SHOW_PLAIN },
	{ "overflow", NULL, IN_DATA, SHOW_PLAIN },
};

const struct sheet rows_reasons = SHEET("reasons", count_columns);
const struct sheet rows_details = SHEET("details", count_columns);

static void put_or_none(struct sheet *s, const char *text)
{
	put_string(s, *text ? text : NULL);
}

static void put_count(struct sheet *s, const struct run *r, const struct run_count *c)
{
	const struct run_event *e = c->event;
	u64 count = sat_add(c->kernel, c->user);

	put_string(s, e->kind);
	put_string(s, e->class);
	put_or_none(s, e->code);
	put_or_none(s, e->reason);
	put_or_none(s, e->op);
	put_or_none(s, e->detail);
	put_or_none(s, e->name);
	put_u64(s, count);
	put_real(s, r->ns ? (double)count * 1e9 / (double)r->ns : 0);
	put_u64(s, c->kernel);
	put_u64(s, c->user);
	put_or_none(s, e->purpose);
	put_string(s, e->provenance);
	put_bool(s, e->overflow);
}

static void put_counts(struct sheet *s, const struct run *r, bool details)
{
	const struct run_count *c;

	for (c = r->counts.v; c < r->counts.v + r->counts.n; c++)
		if (c->event->detail_row == details)
			put_count(s, r, c);
}

void put_reasons(struct sheet *s, const struct run *r)
{
	put_counts(s, r, false);
}

void put_details(struct sheet *s, const struct run *r)
{
	put_counts(s, r, true);
}

static const struct column measure_columns[] = {
	{ "source", "source", IN_ALL, SHOW_PLAIN },
	{ "item", "of", IN_ALL | COL_TRUNC, SHOW_PLAIN },
	{ "name", "what", IN_ALL, SHOW_PLAIN },
	{ "value", "value", COL_NUMBER, SHOW_GROUPED },
};

const struct sheet rows_measures = SHEET("measures", measure_columns);

void put_measures(struct sheet *s, const struct run *r)
{
	const struct run_measure *m;

	for (m = r->measures.v; m < r->measures.v + r->measures.n; m++) {
		put_string(s, m->source);
		put_string(s, m->item);
		put_string(s, m->name);
		put_u64(s, m->value);
	}
}

static const struct column bin_columns[] = {
	{ "source", "histogram", IN_ALL, SHOW_PLAIN },
	{ "class", "class", IN_ALL, SHOW_PLAIN },
	{ "code", "code", IN_ALL, SHOW_PLAIN },
	{ "unit", "unit", IN_ALL, SHOW_PLAIN },
	{ "from", "from", COL_NUMBER, SHOW_GROUPED },
	{ "to", "to", COL_NUMBER, SHOW_GROUPED },
	{ "count", "count", COL_NUMBER, SHOW_GROUPED },
};

const struct sheet rows_bins = SHEET("histograms", bin_columns);

void put_bins(struct sheet *s, const struct run *r)
{
	const struct run_bin *b;

	for (b = r->bins.v; b < r->bins.v + r->bins.n; b++) {
		put_string(s, b->source);
		put_string(s, b->class);
		put_string(s, b->code);
		put_string(s, b->unit);
		put_u64(s, b->from);
		put_u64(s, b->to);
		put_u64(s, b->count);
	}
}

static const struct column text_columns[] = { { "text", NULL, IN_JSON, SHOW_PLAIN } };

const struct sheet rows_notes = SHEET("notes", text_columns);

void put_run_notes(struct sheet *s, const struct run *r)
{
	size_t i;

	for (i = 0; i < r->notes.n; i++)
		put_string(s, r->notes.v[i].text);
}
