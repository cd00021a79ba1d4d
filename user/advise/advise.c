// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "advise/advise.h"
#include "base/format.h"
#include "names/names.h"
#include "runs/rows.h"

const struct column prediction_columns[PREDICTION_COLUMNS] = {
	{ "rule", NULL, IN_DATA, SHOW_PLAIN },
	{ "purpose", "exits for", IN_ALL, SHOW_PLAIN },
	{ "per_op", "now", COL_NUMBER, SHOW_REAL },
	{ "low", "then from", COL_NUMBER, SHOW_REAL },
	{ "high", "to", COL_NUMBER, SHOW_REAL },
};

/* What a rule's needs saw, in figures; to be freed. */
char *rule_evidence(const struct rule *rule, const struct facts *f)
{
	char num[32], *text = xstrdup(""), *longer;
	const struct need *n;

	for (n = rule->needs; n < rule->needs + MOST_NEEDS && n->of != FACT_ONE; n++) {
		four_digits(f->v[n->of], num, sizeof(num));
		if (n->in == FACT_ONE)
			longer = xasprintf("%s%s%s: %s", text, *text ? "; " : "",
					   fact_name(n->of), num);
		else
			longer = xasprintf("%s%s%s: %s, %.3g of %s", text, *text ? "; " : "",
					   fact_name(n->of), num, f->v[n->of] / f->v[n->in],
					   fact_name(n->in));
		free(text);
		text = longer;
	}
	return text;
}

static void put_range(struct sheet *s, const struct rule *rule, const struct facts *f,
		      const char *purpose, double now, struct range r)
{
	put_string(s, rule->id);
	put_string(s, purpose);
	put_real(s, now / f->operations);
	put_real(s, r.low / f->operations);
	put_real(s, r.high / f->operations);
}

/* A row for each purpose that changes, and one for all exits. */
void put_prediction(struct sheet *s, const struct rule *rule, const struct facts *f)
{
	const struct effect *e;

	if (!rule->effects[0].purpose)
		return;
	for (e = rule->effects; e < rule->effects + MOST_EFFECTS && e->purpose; e++)
		put_range(s, rule, f, e->purpose, purpose_count(f, e->purpose),
			  rule_predict(rule, f, e->purpose));
	put_range(s, rule, f, "all", f->v[FACT_EXITS], rule_predict_all(rule, f));
}

static const struct column finding_columns[] = {
	{ "rule", NULL, IN_JSON, SHOW_PLAIN },
	{ "finding", NULL, IN_JSON, SHOW_PLAIN },
	{ "evidence", NULL, IN_JSON, SHOW_PLAIN },
	{ "change", NULL, IN_JSON, SHOW_PLAIN },
	{ "price", NULL, IN_JSON, SHOW_PLAIN },
	{ "how", NULL, IN_JSON, SHOW_PLAIN },
};

static void show_rule(struct out *o, const struct rule *rule, const struct facts *f,
		      const char *evidence)
{
	struct sheet s = { .name = "predictions", .cols = prediction_columns,
			   .ncols = PREDICTION_COLUMNS };

	out_line(o, "%s", "");
	out_labelled(o, "finding", "%s", rule->finding);
	out_labelled(o, "evidence", "%s", evidence);
	out_labelled(o, "change", "%s", rule->change);
	out_labelled(o, "price", "%s", rule->price);
	out_labelled(o, "computed", "%s", rule_how(rule, f));
	put_prediction(&s, rule, f);
	if (s.cells.n)
		out_sheet(o, &s, IN_TEXT);
	sheet_free(&s);
}

static void show_findings(struct out *o, const struct facts *f)
{
	struct sheet s = SHEET("findings", finding_columns);
	struct sheet p = { .name = "predictions", .cols = prediction_columns,
			   .ncols = PREDICTION_COLUMNS };
	const struct rule *rule;
	char *evidence;

	for (rule = rules; rule < rules + rule_count; rule++) {
		if (!rule_holds(rule, f))
			continue;
		evidence = rule_evidence(rule, f);
		show_rule(o, rule, f, evidence);
		put_string(&s, rule->id);
		put_string(&s, rule->finding);
		put_string(&s, evidence);
		put_string(&s, rule->change);
		put_string(&s, rule->price);
		put_string(&s, rule_how(rule, f));
		put_prediction(&p, rule, f);
		free(evidence);
	}
	if (!s.cells.n)
		out_line(o, "\n No rule has anything to say of this run.");
	out_sheet(o, &s, IN_JSON);
	out_sheet(o, &p, IN_DATA);
	sheet_free(&s);
	sheet_free(&p);
}

static void show_whether(struct out *o, const struct facts *f)
{
	char exits[32];
	double part;
	bool matter = exits_matter(f, &part);

	four_digits(f->v[FACT_EXITS], exits, sizeof(exits));
	out_real(o, "cpu_part_at_most", part);
	if (run_value(&f->run->settings, "emulator"))
		out_line(o, " %s exits in an emulated guest: whether they matter shows on hardware",
			 exits);
	else if (matter)
		out_line(o, " %s exits, at 10 us each %.0f %% of CPU time", exits, part * 100);
	else
		out_line(o, " Exits are not the problem: %s, at 10 us each %.1f %% of CPU time",
			 exits, part * 100);
	if (run_provenance(f->run) == CVMSTAT_PROVENANCE_ESTIMATED)
		out_labelled(o, "note", "%s: no trap shows exits, these are estimates",
			     f->run->platform);
}

/**
 * advice_show - what a run's counts mean, and what helps
 * @o: where to
 * @r: the run, with everything but its output
 */
void advice_show(struct out *o, const struct run *r)
{
	struct facts f;

	facts_find(&f, r);
	out_begin(o, "advise");
	out_string(o, "name", r->name);
	out_string(o, "uuid", r->uuid);
	out_string(o, "operations", r->per ?: "run");
	out_line(o, " %s, run %u of its series; figures are those for each of %s", r->name,
		 r->number, r->per ?: "run");
	show_whether(o, &f);
	show_findings(o, &f);
	out_end(o);
	facts_free(&f);
}
