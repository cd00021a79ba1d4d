// SPDX-License-Identifier: GPL-2.0
/* What stands below the table: sums of the module's records, and hardware counters. */
#include <string.h>

#include "base/format.h"
#include "counts/agree.h"
#include "counts/keep.h"
#include "guest/settings.h"
#include "names/names.h"
#include "out/record.h"
#include "report/counters.h"
#include "report/figures.h"

/* How a sum is told. */
enum unit { EVENTS, BYTES, CYCLES };

/**
 * struct term - a sum in the line of a figure
 * @attr: the counter's attribute
 * @also: that of another one, whose sum is added; 0 for none
 * @with: bits of attributes of the records that are added up
 * @without: bits of attributes of those that are not
 * @unit: what it counts
 * @if_any: left out if no record has it
 * @before: what comes before it; or NULL
 * @after: what follows it
 * @if_exits: what follows it where it is exits in the table above; or NULL
 */
struct term {
	u32 attr, also;
	u32 with, without;
	enum unit unit;
	bool if_any;
	const char *before;
	const char *after;
	const char *if_exits;
};

/**
 * struct line - what a line says
 * @if_any: an attribute that at least one record has to have; 0 for none
 * @terms: the sums, one after the other
 * @nterms: of them
 */
struct line {
	u32 if_any;
	const struct term *terms;
	size_t nterms;
};

#define LINE(attr, list) { attr, list, ARRAY_SIZE(list) }
#define LINES_MAX 2

/**
 * struct figure - what stands below the table
 * @label: before it
 * @name: of its rows in JSON
 * @cols: of the rows: keys of the part, if there is one
 * @ncols: of them
 * @part: records of the module that it is made of
 * @said: what may be said of them: the first that can
 * @none: said without records; NULL for no line
 * @more: of a verbose line, the end; in JSON, what follows the rows; or NULL
 */
struct figure {
	const char *label;
	const char *name;
	const struct column *cols;
	size_t ncols;
	const struct part *part;
	struct line said[LINES_MAX];
	const char *none;
	void (*more)(struct out *o, char *buf, size_t size);
};

static const struct column bounce_columns[] = {
	{ "device", NULL, IN_JSON, SHOW_PLAIN },
	{ "driver", NULL, IN_JSON, SHOW_PLAIN },
	{ "cpu", NULL, IN_JSON, SHOW_PLAIN },
	{ "tried", NULL, IN_JSON, SHOW_PLAIN },
	{ "tried_bytes", NULL, IN_JSON, SHOW_PLAIN },
	{ "maps", NULL, IN_JSON, SHOW_PLAIN },
	{ "map_bytes", NULL, IN_JSON, SHOW_PLAIN },
	{ "out_copies", NULL, IN_JSON, SHOW_PLAIN },
	{ "out_bytes", NULL, IN_JSON, SHOW_PLAIN },
	{ "in_copies", NULL, IN_JSON, SHOW_PLAIN },
	{ "in_bytes", NULL, IN_JSON, SHOW_PLAIN },
	{ "failed", NULL, IN_JSON, SHOW_PLAIN },
	{ "cycles", NULL, IN_JSON, SHOW_PLAIN },
};

static const struct term copy_terms[] = {
	{ .attr = CVMSTAT_A_AROUND_OUT_BYTES, .unit = BYTES, .after = " to devices, " },
	{ .attr = CVMSTAT_A_AROUND_IN_BYTES, .unit = BYTES, .after = " from them, in " },
	{ .attr = CVMSTAT_A_AROUND_OUT_COPIES, .also = CVMSTAT_A_AROUND_IN_COPIES,
	  .after = " copies" },
	{ .attr = CVMSTAT_A_AROUND_CYCLES, .if_any = true, .unit = CYCLES, .before = " and ",
	  .after = "" },
};

/* All that a module knows which does not see the copies. */
static const struct term mapping_terms[] = {
	{ .attr = CVMSTAT_A_AROUND_BYTES, .unit = BYTES, .after = " in " },
	{ .attr = CVMSTAT_A_AROUND_BOUNCES, .after = " mappings tried" },
};

static void bounce_peak(struct out *o, char *buf, size_t size)
{
	char text[32];
	u64 peak;

	if (!settings_bounce_peak(&peak)) {
		out_null(o, "bounce_peak_since_boot");
		return;
	}
	out_u64(o, "bounce_peak_since_boot", peak);
	snprintf(buf, size, ", peak %s since boot", bytes_text(peak, text, sizeof(text)));
}

static const struct column idle_columns[] = {
	{ "state", NULL, IN_JSON, SHOW_PLAIN },
	{ "name", NULL, IN_JSON, SHOW_PLAIN },
	{ "cpu", NULL, IN_JSON, SHOW_PLAIN },
	{ "polling", NULL, IN_JSON, SHOW_PLAIN },
	{ "entries", NULL, IN_JSON, SHOW_PLAIN },
	{ "routine", NULL, IN_JSON, SHOW_PLAIN },
	{ "exit", NULL, IN_JSON, SHOW_PLAIN },
	{ "cycles", NULL, IN_JSON, SHOW_PLAIN },
};

#define POLLING BIT(CVMSTAT_A_AROUND_IDLE_POLLING)

static const struct term idle_terms[] = {
	{ .attr = CVMSTAT_A_AROUND_IDLE_ENTRIES, .without = POLLING, .after = " slept, ",
	  .if_exits = " halted, " },
	{ .attr = CVMSTAT_A_AROUND_IDLE_ENTRIES, .with = POLLING,
	  .after = " polled without exit" },
	{ .attr = CVMSTAT_A_AROUND_IDLE_CYCLES, .without = POLLING, .if_any = true,
	  .unit = CYCLES, .before = ", asleep for ", .after = "" },
};

static const struct figure figures[] = {
	{ "bounced", "bounced", bounce_columns, ARRAY_SIZE(bounce_columns), &parts[PART_BOUNCES],
	  { LINE(CVMSTAT_A_AROUND_IN_COPIES, copy_terms), LINE(0, mapping_terms) },
	  .none = "nothing", .more = bounce_peak },
	{ "idle", "idle", idle_columns, ARRAY_SIZE(idle_columns), &parts[PART_IDLES],
	  { LINE(0, idle_terms) }, .none = NULL },
};

/* Parts of a snapshot that figures are made of. */
u32 figures_want(void)
{
	u32 want = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(figures); i++)
		want |= figures[i].part->bit;
	return want;
}

/* Without it nobody has said that an idle CPU halts, and that this is an exit. */
static bool has_halts(const struct report *r)
{
	const struct idle *state;
	size_t i;

	/* Some may be exits, but these are none. */
	for (i = 0; i < r->sum.idles.n; i++) {
		state = &r->sum.idles.v[i];
		if (!(state->has & POLLING) && !idle_exits(state))
			return false;
	}
	for (i = 0; i < r->window.counts.rows.n; i++)
		if (record_halts(&r->window.counts.rows.v[i].r))
			return true;
	return false;
}

static u64 sum_of(const struct report *r, const struct figure *f, u32 attr, const struct term *t)
{
	return attr ? snapshot_sum(&r->sum, f->part, attr, t->with, t->without) : 0;
}

static const char *sum_text(const struct report *r, const struct figure *f, const struct term *t,
			    char *buf, size_t size)
{
	u64 sum = sat_add(sum_of(r, f, t->attr, t), sum_of(r, f, t->also, t));
	u32 runs = r->window.counts.runs, khz = r->last->info.tsc_khz;
	char num[32];

	if (t->unit == BYTES)
		return bytes_text(sum / runs, buf, size);
	if (t->unit == CYCLES && khz)
		return time_text((double)sum / runs * 1e6 / khz, buf, size);
	snprintf(buf, size, "%s%s", mean_text(sum, runs, num, sizeof(num)),
		 t->unit == CYCLES ? " cycles" : "");
	return buf;
}

static const char *sums_text(const struct report *r, const struct figure *f, char *buf, size_t size)
{
	const struct line *line = f->said;
	const struct term *t;
	char num[48];
	size_t at = 0;

	if (line->if_any && !snapshot_any(&r->sum, f->part, BIT(line->if_any)))
		line++;
	for (t = line->terms; t < line->terms + line->nterms; t++) {
		if (t->if_any && !snapshot_any(&r->sum, f->part, BIT(t->attr)))
			continue;
		at += (size_t)snprintf(buf + at, size - at, "%s%s%s", t->before ?: "",
				       sum_text(r, f, t, num, sizeof(num)),
				       t->if_exits && has_halts(r) ? t->if_exits : t->after);
	}
	return buf;
}

/* The hook that would count it, and does not; NULL for none. */
static const struct hook *hook_off(const struct report *r, const struct part *p)
{
	const struct hook_vec *hooks = &r->last->hooks;
	size_t i;

	for (i = 0; i < hooks->n; i++)
		if (part_has_hook(p, &hooks->v[i]) &&
		    hooks->v[i].backend == CVMSTAT_BACKEND_NONE)
			return &hooks->v[i];
	return NULL;
}

/*
 * What is not counted is not nothing.
 *
 * Return: "" for what there is nothing to say of.
 */
static const char *figure_text(const struct report *r, const struct figure *f, bool any, char *buf,
			       size_t size)
{
	const struct hook *off = hook_off(r, f->part);

	buf[0] = '\0';
	if (r->last->lacking & f->part->bit)
		return buf;
	if (any)
		return sums_text(r, f, buf, size);
	if (off)
		snprintf(buf, size, "not counted: hook %s is off", off->name);
	else if (f->none)
		snprintf(buf, size, "%s", f->none);
	return buf;
}

/* Its rows, and what its part of the line says. */
static void put_figure(struct out *o, const struct report *r, const struct figure *f, char *text,
		       size_t size)
{
	struct sheet s = { .name = f->name, .cols = f->cols, .ncols = f->ncols };
	char more[64] = "";
	size_t at;

	put_records(&s, f->part, &r->sum, r->window.counts.runs);
	figure_text(r, f, s.cells.n, text, size);
	out_sheet(o, &s, IN_JSON);
	sheet_free(&s);
	if (f->more)
		f->more(o, more, sizeof(more));
	at = strlen(text);
	if (r->verbose && at)
		snprintf(text + at, size - at, "%s", more);
}

static void put_counters(struct out *o, const struct report *r)
{
	struct sheet s = SHEET("counters", counter_columns);

	counter_rows(o, r, &s);
	out_sheet(o, &s, IN_JSON);
	sheet_free(&s);
}

/**
 * figures_print - all figures: those of the module in one line
 * @exits: of the window
 */
void figures_print(struct out *o, const struct report *r, double exits)
{
	char line[512], text[256];
	const char *label = NULL;
	size_t i, at = 0;

	for (i = 0; i < ARRAY_SIZE(figures); i++) {
		put_figure(o, r, &figures[i], text, sizeof(text));
		if (!text[0])
			continue;
		at += (size_t)snprintf(line + at, sizeof(line) - at, "%s%s%s%s", label ? "; " : "",
				       label ? figures[i].label : "", label ? " " : "", text);
		label = label ?: figures[i].label;
	}
	if (label)
		out_labelled(o, label, "%s", line);
	put_counters(o, r);
	counter_lines(o, r, exits, "counters");
}
