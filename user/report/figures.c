// SPDX-License-Identifier: GPL-2.0
/* Figures of the module are sums of its records; hardware counters have lines of their own. */
#include "base/format.h"
#include "counts/keep.h"
#include "guest/settings.h"
#include "names/names.h"
#include "out/record.h"
#include "report/counters.h"
#include "report/figures.h"

/**
 * struct term - a sum in the line of a figure
 * @attr: the counter's attribute
 * @with: bits of attributes of the records that are added up
 * @without: bits of attributes of those that are not
 * @bytes: it counts bytes
 * @after: what follows it
 * @if_exits: what follows it where it is exits in the table above; or NULL
 */
struct term {
	u32 attr;
	u32 with, without;
	bool bytes;
	const char *after;
	const char *if_exits;
};

/**
 * struct figure - what stands below the table
 * @label: of its line
 * @name: of its rows in JSON
 * @cols: of the rows: keys of the part, if there is one
 * @ncols: of them
 * @part: records of the module that it is made of, or NULL
 * @terms: what the line says of them
 * @nterms: of them
 * @if_any: without records there is no line
 * @more: end of the line; in JSON, what follows the rows; or NULL
 * @rows: without a part: fills the rows, and may say something before them
 * @lines: without a part: what people read
 */
struct figure {
	const char *label;
	const char *name;
	const struct column *cols;
	size_t ncols;
	const struct part *part;
	const struct term *terms;
	size_t nterms;
	bool if_any;
	void (*more)(struct out *o, char *buf, size_t size);
	void (*rows)(struct out *o, const struct report *r, struct sheet *s);
	void (*lines)(struct out *o, const struct report *r, double exits, const char *label);
};

static const struct column bounce_columns[] = {
	{ "device", NULL, IN_JSON, SHOW_PLAIN },
	{ "driver", NULL, IN_JSON, SHOW_PLAIN },
	{ "cpu", NULL, IN_JSON, SHOW_PLAIN },
	{ "copies", NULL, IN_JSON, SHOW_PLAIN },
	{ "bytes", NULL, IN_JSON, SHOW_PLAIN },
};

static const struct term bounce_terms[] = {
	{ CVMSTAT_A_AROUND_BYTES, 0, 0, true, " in ", NULL },
	{ CVMSTAT_A_AROUND_BOUNCES, 0, 0, false, " copies", NULL },
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
};

#define POLLING BIT(CVMSTAT_A_AROUND_IDLE_POLLING)

static const struct term idle_terms[] = {
	{ CVMSTAT_A_AROUND_IDLE_ENTRIES, 0, POLLING, false, " slept, ", " halted, " },
	{ CVMSTAT_A_AROUND_IDLE_ENTRIES, POLLING, 0, false, " polled without exit", NULL },
};

static const struct figure figures[] = {
	{ "bounced", "bounced", bounce_columns, ARRAY_SIZE(bounce_columns), &parts[PART_BOUNCES],
	  bounce_terms, ARRAY_SIZE(bounce_terms), .more = bounce_peak },
	{ "idle", "idle", idle_columns, ARRAY_SIZE(idle_columns), &parts[PART_IDLES],
	  idle_terms, ARRAY_SIZE(idle_terms), .if_any = true },
	{ "counters", "counters", counter_columns, COUNTER_COLUMNS,
	  .rows = counter_rows, .lines = counter_lines },
};

/* Parts of a snapshot that figures are made of. */
u32 figures_want(void)
{
	u32 want = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(figures); i++)
		if (figures[i].part)
			want |= figures[i].part->bit;
	return want;
}

/* Without it nobody has said that an idle CPU halts, and that this is an exit. */
static bool has_halts(const struct report *r)
{
	size_t i;

	for (i = 0; i < r->window.counts.rows.n; i++)
		if (record_halts(&r->window.counts.rows.v[i].r))
			return true;
	return false;
}

static void print_sums(struct out *o, const struct report *r, const struct figure *f,
		       const char *more)
{
	char text[256], num[32];
	const struct term *t;
	size_t at = 0;
	u64 sum;

	for (t = f->terms; t < f->terms + f->nterms; t++) {
		sum = snapshot_sum(&r->sum, f->part, t->attr, t->with, t->without);
		if (t->bytes)
			bytes_text(sum / r->window.counts.runs, num, sizeof(num));
		else
			mean_text(sum, r->window.counts.runs, num, sizeof(num));
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", num,
				       t->if_exits && has_halts(r) ? t->if_exits : t->after);
	}
	out_labelled(o, f->label, "%s%s", text, more);
}

static void print_figure(struct out *o, const struct report *r, const struct figure *f,
			 double exits)
{
	struct sheet s = { .name = f->name, .cols = f->cols, .ncols = f->ncols };
	char more[64] = "";
	bool any;

	if (f->part)
		put_records(&s, f->part, &r->sum, r->window.counts.runs);
	else
		f->rows(o, r, &s);
	any = s.cells.n;
	out_sheet(o, &s, IN_JSON);
	sheet_free(&s);
	if (f->more)
		f->more(o, more, sizeof(more));
	if (!f->part)
		f->lines(o, r, exits, f->label);
	else if (!(r->last->lacking & f->part->bit) && (any || !f->if_any))
		print_sums(o, r, f, more);
}

/**
 * figures_print - all figures
 * @exits: of the window
 */
void figures_print(struct out *o, const struct report *r, double exits)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(figures); i++)
		print_figure(o, r, &figures[i], exits);
}
