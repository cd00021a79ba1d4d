// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stdlib.h>

#include "advise/advise.h"
#include "base/format.h"
#include "compare/notes.h"
#include "compare/show.h"
#include "out/xml.h"
#include "page/html.h"
#include "page/page.h"
#include "page/plot.h"
#include "runs/category.h"

/* Bars of a plot, the most frequent first. */
#define MOST_BARS 10

#define EMULATED \
	"These guests are emulated: counts are exact, times say nothing about hardware."
#define COUNTS "Counts are those %s; 95 %% intervals over boots are in parentheses."

static void draw(const struct page *p, const struct plot *plot)
{
	char *svg = plot_svg(plot);

	fputs(svg, p->f);
	free(svg);
	if (p->plots)
		plot_leave(plot, p->plots);
}

/* Quantities of a group, those with the most events first. */
struct choice {
	const struct quantity *q;
	double most;
};

static int by_most(const void *a, const void *b)
{
	const struct choice *x = a, *y = b;

	return x->most > y->most ? -1 : x->most < y->most;
}

static double most_of(const struct comparison *c, const struct quantity *q)
{
	double most = 0;
	size_t side;

	for (side = 0; side < c->nsides; side++)
		most = fmax(most, estimate(c, q, side, c->basis).mean);
	return most;
}

static size_t choose(const struct comparison *c, enum group which, const char *kind,
		     struct choice *chosen)
{
	const struct quantity *q;
	size_t n = 0;

	for (q = c->table.quantities.v; q < c->table.quantities.v + c->table.quantities.n; q++)
		if (q->group == which && (!kind || streq(q->kind, kind)) && most_of(c, q) > 0)
			chosen[n++] = (struct choice){ q, most_of(c, q) };
	qsort(chosen, n, sizeof(*chosen), by_most);
	return n < MOST_BARS ? n : MOST_BARS;
}

static void fill_plot(const struct comparison *c, struct plot *plot, const struct choice *chosen)
{
	struct estimate e;
	size_t row, s, at;

	for (s = 0; s < c->nsides; s++)
		plot->series[s] = c->sides[s].label;
	for (row = 0; row < plot->nrows; row++) {
		plot->rows[row] = chosen[row].q->name[0] ? chosen[row].q->name :
							   chosen[row].q->reason;
		for (s = 0; s < c->nsides; s++) {
			at = row * c->nsides + s;
			e = estimate(c, chosen[row].q, s, c->basis);
			plot->values[at] = e.mean;
			plot->low[at] = e.low;
			plot->high[at] = e.high;
		}
	}
}

static void draw_group(const struct page *p, struct plot look, enum group which, const char *kind)
{
	const struct comparison *c = p->c;
	struct choice *chosen = xcalloc(c->table.quantities.n + 1, sizeof(*chosen));
	char unit[160], basis[128];
	size_t cells;

	look.nrows = choose(c, which, kind, chosen);
	look.nseries = c->nsides;
	cells = look.nrows * look.nseries + 1;
	look.rows = xcalloc(look.nrows + 1, sizeof(char *));
	look.series = xcalloc(look.nseries + 1, sizeof(char *));
	look.values = xcalloc(cells, sizeof(double));
	look.low = xcalloc(cells, sizeof(double));
	look.high = xcalloc(cells, sizeof(double));
	fill_plot(c, &look, chosen);
	snprintf(unit, sizeof(unit), "exits %s", basis_words(c, basis, sizeof(basis)));
	look.unit = unit;
	html_section(p->f, look.title);
	if (look.nrows)
		draw(p, &look);
	else
		html_paragraph(p->f, "There are none, or nobody counted them.");
	free(look.rows);
	free(look.series);
	free(look.values);
	free(look.low);
	free(look.high);
	free(chosen);
}

#define BUCKETS 64

static size_t bucket_of(u64 from)
{
	return from ? 63 - (size_t)__builtin_clzll(from) : 0;
}

/**
 * struct histogram - what a plot of times shows
 * @name: of the plot
 * @title: of its section
 * @unit: of the bars
 * @source: of the bins
 * @class: of the bins; NULL for all
 */
struct histogram {
	const char *name;
	const char *title;
	const char *unit;
	const char *source;
	const char *class;
};

static bool is_of(const struct run_bin *b, const struct histogram *h)
{
	return streq(b->source, h->source) && (!h->class || streq(b->class, h->class));
}

/* Times in all runs of a side, by powers of two; returns how many there are. */
static double sum_times(const struct comparison *c, const struct side *s,
			const struct histogram *h, double sums[BUCKETS])
{
	const struct run_bin *b;
	const struct run *r;
	double all = 0;
	size_t i;

	for (i = 0; i < s->n; i++) {
		r = &c->runs->v[s->runs[i]];
		for (b = r->bins.v; b < r->bins.v + r->bins.n; b++) {
			if (!is_of(b, h))
				continue;
			sums[bucket_of(b->from)] += (double)b->count;
			all += (double)b->count;
		}
	}
	return all;
}

static void draw_buckets(const struct page *p, const struct histogram *h, double (*sums)[BUCKETS],
			 const double *all, size_t first, size_t last)
{
	size_t n = last - first + 1, i, s, sides = p->c->nsides;
	struct plot look = { .name = h->name, .title = h->title, .nrows = n, .unit = h->unit,
			     .nseries = sides };

	look.rows = xcalloc(n, sizeof(char *));
	look.series = xcalloc(sides, sizeof(char *));
	look.values = xcalloc(n * sides, sizeof(double));
	for (s = 0; s < sides; s++)
		look.series[s] = p->c->sides[s].label;
	for (i = 0; i < n; i++) {
		look.rows[i] = xasprintf("%llu", first + i ? 1ULL << (first + i) : 0);
		for (s = 0; s < sides; s++)
			look.values[i * sides + s] = all[s] > 0 ?
				100 * sums[s][first + i] / all[s] : NAN;
	}
	html_section(p->f, look.title);
	draw(p, &look);
	for (i = 0; i < n; i++)
		free((char *)look.rows[i]);
	free(look.rows);
	free(look.series);
	free(look.values);
}

static void draw_times(const struct page *p, const struct histogram *h)
{
	double (*sums)[BUCKETS] = xcalloc(p->c->nsides, sizeof(*sums));
	double *all = xcalloc(p->c->nsides, sizeof(*all));
	size_t first = BUCKETS, last = 0, i, s;

	for (s = 0; s < p->c->nsides; s++) {
		all[s] = sum_times(p->c, &p->c->sides[s], h, sums[s]);
		for (i = 0; i < BUCKETS; i++) {
			if (!(sums[s][i] > 0))
				continue;
			first = i < first ? i : first;
			last = i > last ? i : last;
		}
	}
	if (first <= last)
		draw_buckets(p, h, sums, all, first, last);
	free(sums);
	free(all);
}

/* Those that were measured: cvmstat set latency on, durations on. */
static void draw_histograms(const struct page *p)
{
	static const struct histogram histograms[] = {
		{ "times", "Times of handlers", "% of all, by cycles from", "latency", NULL },
		/* The bounds are those of cycles, in ns: no power of two, but two to one. */
		{ "halts", "Durations of halts", "% of all, by ns from, at least", "idle",
		  "halted" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(histograms); i++)
		draw_times(p, &histograms[i]);
}

static const struct column side_columns[] = {
	{ "side", "side", IN_TEXT, SHOW_PLAIN },
	{ "runs", "runs", COL_NUMBER, SHOW_GROUPED },
	{ "boots", "boots", COL_NUMBER, SHOW_GROUPED },
	{ "platform", "platform", IN_TEXT, SHOW_PLAIN },
	{ "kernel", "kernel", IN_TEXT, SHOW_PLAIN },
	{ "hardware", "hardware", IN_TEXT, SHOW_PLAIN },
	{ "idle", "idle", IN_TEXT, SHOW_PLAIN },
};

static void put_sides(const struct page *p)
{
	static const char *const keys[] = { "platform", "kernel", "hardware", "idle" };
	struct sheet s = SHEET("sides", side_columns);
	const struct side *side;
	size_t i, k, boots;
	char buf[128];

	for (i = 0; i < p->c->nsides; i++) {
		side = &p->c->sides[i];
		free(design_boots(p->c->runs, side, &boots));
		put_string(&s, side->label);
		put_u64(&s, side->n);
		put_u64(&s, boots);
		for (k = 0; k < ARRAY_SIZE(keys); k++)
			put_string(&s, category_value(&p->c->runs->v[side->runs[0]], keys[k], buf,
						      sizeof(buf)) ?: "unknown");
	}
	html_table(p->f, &s);
	sheet_free(&s);
}

static bool any_emulated(const struct comparison *c)
{
	size_t i;

	for (i = 0; i < c->runs->n; i++)
		if (run_value(&c->runs->v[i].settings, "emulator"))
			return true;
	return false;
}

static void estimate_text(struct estimate e, char *buf, size_t size)
{
	char mean[32], low[32], high[32];

	four_digits(e.mean, mean, sizeof(mean));
	if (isnan(e.low))
		snprintf(buf, size, "%s", mean);
	else
		snprintf(buf, size, "%s (%s to %s)", mean, four_digits(e.low, low, sizeof(low)),
			 four_digits(e.high, high, sizeof(high)));
}

/* Figures and totals, a column for each side. */
static void put_figures(const struct page *p)
{
	const struct comparison *c = p->c;
	struct column *cols = xcalloc(c->nsides + 1, sizeof(*cols));
	struct sheet s = { .name = "figures", .cols = cols, .ncols = c->nsides + 1 };
	const struct quantity *q;
	char text[128];
	size_t i;

	cols[0] = (struct column){ "what", "figure", IN_TEXT, SHOW_PLAIN };
	for (i = 0; i < c->nsides; i++)
		cols[i + 1] = (struct column){ "side", c->sides[i].label, IN_TEXT | COL_RIGHT,
					       SHOW_PLAIN };
	for (q = c->table.quantities.v; q < c->table.quantities.v + c->table.quantities.n; q++) {
		if (q->group > GROUP_TOTAL)
			continue;
		snprintf(text, sizeof(text), "%s%s%s", q->name, *q->unit ? ", " : "", q->unit);
		put_string(&s, text);
		for (i = 0; i < c->nsides; i++) {
			estimate_text(estimate(c, q, i, c->basis), text, sizeof(text));
			put_string(&s, text);
		}
	}
	html_table(p->f, &s);
	sheet_free(&s);
	free(cols);
}

static void put_head(const struct page *p)
{
	char basis[128], text[256];

	html_head(p->f, p->title);
	put_sides(p);
	if (any_emulated(p->c))
		html_paragraph(p->f, EMULATED);
	snprintf(text, sizeof(text), COUNTS, basis_words(p->c, basis, sizeof(basis)));
	html_section(p->f, "Figures");
	html_paragraph(p->f, text);
	put_figures(p);
}

static const struct column finding_columns[] = {
	{ "what", "what", IN_TEXT, SHOW_PLAIN },
	{ "first", "first", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	{ "this", "this", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	{ "change", "change", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	{ "interval", "95 % interval", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	{ "verdict", "verdict", IN_TEXT, SHOW_PLAIN },
	{ "explains", "explains", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
};

static void put_percent(struct sheet *s, double val, const char *form)
{
	char text[32] = "";

	if (!isnan(val))
		snprintf(text, sizeof(text), form, val * 100);
	put_string(s, text);
}

static void put_finding(struct sheet *s, const struct comparison *c, const struct finding *f)
{
	char text[192];

	finding_name(f, text, sizeof(text));
	put_string(s, text);
	put_string(s, four_digits(f->mean[0][c->basis], text, sizeof(text)));
	put_string(s, four_digits(f->mean[1][c->basis], text, sizeof(text)));
	put_percent(s, f->ratio - 1, "%+.1f%%");
	text[0] = '\0';
	if (!isnan(f->low))
		snprintf(text, sizeof(text), "%+.1f to %+.1f%%", (f->low - 1) * 100,
			 (f->high - 1) * 100);
	put_string(s, text);
	put_string(s, verdict_name(f->verdict));
	put_percent(s, f->explains, "%.0f%%");
}

static void put_findings(const struct page *p, size_t side)
{
	struct sheet s = SHEET("findings", finding_columns);
	const struct comparison *c = p->c;
	const struct finding *f;
	char *title;

	for (f = c->findings.v; f < c->findings.v + c->findings.n; f++)
		if (f->side == side && finding_matters(f))
			put_finding(&s, c, f);
	title = xasprintf("%s against %s", c->sides[side].label, c->sides[0].label);
	html_section(p->f, title);
	html_table(p->f, &s);
	free(title);
	sheet_free(&s);
}

static const struct column differing_columns[] = {
	{ "side", "side", IN_TEXT, SHOW_PLAIN },
	{ "key", "setting", IN_TEXT, SHOW_PLAIN },
	{ "first", "first", IN_TEXT, SHOW_PLAIN },
	{ "value", "this", IN_TEXT, SHOW_PLAIN },
	{ "reboot", "takes a reboot", IN_TEXT, SHOW_PLAIN },
};

static void put_settings(const struct page *p)
{
	struct sheet s = SHEET("differing", differing_columns);

	put_differing(&s, p->c);
	html_section(p->f, "Settings that differ");
	if (s.cells.n)
		html_table(p->f, &s);
	else
		html_paragraph(p->f, "None of those that are known to decide exits.");
	sheet_free(&s);
}

static void put_rule(const struct page *p, const struct rule *rule, const struct facts *f)
{
	struct sheet s = { .name = "predictions", .cols = prediction_columns,
			   .ncols = PREDICTION_COLUMNS };
	char *evidence = rule_evidence(rule, f);

	fputs("<h3>", p->f);
	xml_text(p->f, rule->finding);
	fputs("</h3>\n", p->f);
	html_term(p->f, "evidence", evidence);
	html_term(p->f, "change", rule->change);
	html_term(p->f, "price", rule->price);
	html_term(p->f, "computed", rule_how(rule, f));
	put_prediction(&s, rule, f);
	if (s.cells.n)
		html_table(p->f, &s);
	sheet_free(&s);
	free(evidence);
}

/* What the last run of a side says, which is as cvmstat advise has it. */
static void put_advice(const struct page *p, const struct side *side)
{
	const struct run *r = &p->c->runs->v[side->runs[side->n - 1]];
	char *title = xasprintf("Advice for %s", side->label);
	const struct rule *rule;
	struct facts f;
	size_t found = 0;

	facts_find(&f, r);
	html_section(p->f, title);
	for (rule = rules; r->counted && rule < rules + rule_count; rule++) {
		if (!rule_holds(rule, &f))
			continue;
		put_rule(p, rule, &f);
		found++;
	}
	if (!found)
		html_paragraph(p->f, r->counted ? "No rule has anything to say." :
			       "Nobody counted its exits.");
	facts_free(&f);
	free(title);
}

static void put_page_notes(const struct page *p)
{
	static const struct column columns[] = { { "text", "", IN_TEXT, SHOW_PLAIN } };
	struct sheet s = SHEET("notes", columns);
	size_t i;

	put_comparison_notes(&s, p->c);
	if (s.cells.n)
		html_section(p->f, "Notes");
	for (i = 0; i < s.cells.n; i++)
		html_paragraph(p->f, s.cells.v[i].string);
	sheet_free(&s);
}

/**
 * page_write - write all of it
 */
void page_write(const struct page *p)
{
	static const struct {
		struct plot plot;
		enum group group;
		const char *kind;
	} plots[] = {
		{ { .name = "totals", .title = "Exits, traps, calls" }, GROUP_TOTAL, NULL },
		{ { .name = "purposes", .title = "What exits are for", .kind = PLOT_STACK },
		  GROUP_PURPOSE, NULL },
		{ { .name = "reasons", .title = "Exits by reason" }, GROUP_REASON, "exit" },
		{ { .name = "details", .title = "Details of exits" }, GROUP_DETAIL, "exit" },
	};
	size_t i;

	put_head(p);
	for (i = 0; i < ARRAY_SIZE(plots); i++)
		draw_group(p, plots[i].plot, plots[i].group, plots[i].kind);
	draw_histograms(p);
	put_settings(p);
	for (i = 1; i < p->c->nsides; i++)
		put_findings(p, i);
	for (i = 0; i < p->c->nsides; i++)
		put_advice(p, &p->c->sides[i]);
	put_page_notes(p);
	html_end(p->f);
}
