// SPDX-License-Identifier: GPL-2.0
#include <math.h>

#include "base/format.h"
#include "compare/notes.h"
#include "compare/show.h"

/* A part of the difference that is worth a line. */
#define WORTH 0.01

static const char *const group_names[GROUP_COUNT] = {
	[GROUP_FIGURE] = "figure", [GROUP_TOTAL] = "total", [GROUP_PURPOSE] = "purpose",
	[GROUP_REASON] = "reason", [GROUP_DETAIL] = "detail",
};

static const char *const basis_keys[BASIS_COUNT] = {
	[BASIS_OP] = "op", [BASIS_SECOND] = "second", [BASIS_MINSTR] = "instructions",
};

enum { COL_SIDE, COL_GROUP, COL_WHAT, COL_A, COL_B, COL_CHANGE, COL_INTERVAL, COL_VERDICT,
	COL_EXPLAINS };

static const struct column columns[] = {
	[COL_SIDE] = { "side", NULL, IN_DATA, SHOW_PLAIN },
	[COL_GROUP] = { "group", "", IN_ALL | COL_SPARE, SHOW_PLAIN },
	[COL_WHAT] = { NULL, "what", IN_TEXT | COL_TRUNC, SHOW_PLAIN },
	[COL_A] = { NULL, "first", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	[COL_B] = { NULL, "this", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	[COL_CHANGE] = { NULL, "change", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	[COL_INTERVAL] = { NULL, "95 % interval", IN_TEXT | COL_SPARE | COL_RIGHT, SHOW_PLAIN },
	[COL_VERDICT] = { "verdict", "verdict", IN_ALL, SHOW_PLAIN },
	[COL_EXPLAINS] = { NULL, "explains", IN_TEXT | COL_SPARE | COL_RIGHT, SHOW_PLAIN },
	{ "kind", NULL, IN_DATA, SHOW_PLAIN },
	{ "class", NULL, IN_DATA, SHOW_PLAIN },
	{ "reason", NULL, IN_DATA, SHOW_PLAIN },
	{ "name", NULL, IN_DATA, SHOW_PLAIN },
	{ "unit", NULL, IN_DATA, SHOW_PLAIN },
	{ "first_per_op", NULL, IN_DATA, SHOW_PLAIN },
	{ "first_per_second", NULL, IN_DATA, SHOW_PLAIN },
	{ "first_per_minstr", NULL, IN_DATA, SHOW_PLAIN },
	{ "per_op", NULL, IN_DATA, SHOW_PLAIN },
	{ "per_second", NULL, IN_DATA, SHOW_PLAIN },
	{ "per_minstr", NULL, IN_DATA, SHOW_PLAIN },
	{ "ratio", NULL, IN_DATA, SHOW_PLAIN },
	{ "ratio_low", NULL, IN_DATA, SHOW_PLAIN },
	{ "ratio_high", NULL, IN_DATA, SHOW_PLAIN },
	{ "p", NULL, IN_DATA, SHOW_PLAIN },
	{ "p_holm", NULL, IN_DATA, SHOW_PLAIN },
	{ "explains", NULL, IN_DATA, SHOW_PLAIN },
};

/* What a row is of, as people call it. */
void finding_name(const struct finding *f, char *buf, size_t size)
{
	const struct quantity *q = f->q;

	if (q->group == GROUP_REASON)
		snprintf(buf, size, "%s %s", q->kind, *q->reason ? q->reason : "(other reasons)");
	else if (q->group == GROUP_DETAIL)
		snprintf(buf, size, "  %s: %s", q->reason, q->name);
	else
		snprintf(buf, size, "%s%s%s%s", q->name, *q->unit ? " (" : "", q->unit,
			 *q->unit ? ")" : "");
}

static void put_figure(struct sheet *s, double val)
{
	char text[32];

	put_string(s, four_digits(val, text, sizeof(text)));
}

static void put_change(struct sheet *s, const struct finding *f)
{
	char text[64] = "";

	if (!isnan(f->ratio))
		snprintf(text, sizeof(text), "%+.1f%%", (f->ratio - 1) * 100);
	put_string(s, text);
	text[0] = '\0';
	if (!isnan(f->low))
		snprintf(text, sizeof(text), "%+.1f to %+.1f%%", (f->low - 1) * 100,
			 (f->high - 1) * 100);
	put_string(s, text);
}

static void put_known(struct sheet *s, double val)
{
	if (isnan(val))
		put_none(s);
	else
		put_real(s, val);
}

static void put_explains(struct sheet *s, const struct finding *f)
{
	char text[32] = "";

	if (!isnan(f->explains))
		snprintf(text, sizeof(text), "%.0f%%", f->explains * 100);
	put_string(s, text);
}

static void put_or_none(struct sheet *s, const char *text)
{
	put_string(s, *text ? text : NULL);
}

static void put_data(struct sheet *s, const struct finding *f)
{
	const struct quantity *q = f->q;
	size_t side;
	int i;

	put_or_none(s, q->kind);
	put_or_none(s, q->class);
	put_or_none(s, q->reason);
	put_or_none(s, q->name);
	put_or_none(s, q->unit);
	for (side = 0; side < 2; side++)
		for (i = 0; i < BASIS_COUNT; i++)
			put_known(s, f->mean[side][i]);
	put_known(s, f->ratio);
	put_known(s, f->low);
	put_known(s, f->high);
	put_known(s, f->p);
	put_known(s, f->holm);
	put_known(s, f->explains);
}

static void put_finding(struct sheet *s, const struct comparison *c, const struct finding *f)
{
	char name[192];

	put_string(s, c->sides[f->side].label);
	put_string(s, group_names[f->q->group]);
	finding_name(f, name, sizeof(name));
	put_string(s, name);
	put_figure(s, f->mean[0][c->basis]);
	put_figure(s, f->mean[1][c->basis]);
	put_change(s, f);
	put_string(s, verdict_name(f->verdict));
	put_explains(s, f);
	put_data(s, f);
}

/* What people look at before they ask for all. */
bool finding_matters(const struct finding *f)
{
	return f->q->group < GROUP_REASON || f->verdict == VERDICT_MORE ||
	       f->verdict == VERDICT_LESS || fabs(f->explains) >= WORTH;
}

const char *basis_words(const struct comparison *c, char *buf, size_t size)
{
	if (c->basis == BASIS_SECOND)
		snprintf(buf, size, "a second");
	else if (c->basis == BASIS_MINSTR)
		snprintf(buf, size, "a million instructions");
	else
		snprintf(buf, size, "for each of %s", c->table.operations);
	if (c->basis == BASIS_OP && streq(c->table.operations, "run"))
		snprintf(buf, size, "a run");
	return buf;
}

static void show_side(struct out *o, const struct comparison *c, size_t side, bool all)
{
	struct sheet s = SHEET("findings", columns);
	const struct finding *f;
	char basis[128];

	for (f = c->findings.v; f < c->findings.v + c->findings.n; f++)
		if (f->side == side && (all || finding_matters(f)))
			put_finding(&s, c, f);
	out_line(o, "\n %s against %s, %s", c->sides[side].label, c->sides[0].label,
		 basis_words(c, basis, sizeof(basis)));
	out_sheet(o, &s, IN_TEXT);
	sheet_free(&s);
}

static void show_data(struct out *o, const struct comparison *c)
{
	struct sheet s = SHEET("findings", columns);
	const struct finding *f;

	for (f = c->findings.v; f < c->findings.v + c->findings.n; f++)
		put_finding(&s, c, f);
	out_sheet(o, &s, IN_DATA);
	sheet_free(&s);
}

static const struct column side_columns[] = {
	{ "side", "side", IN_TEXT | IN_JSON, SHOW_PLAIN },
	{ "runs", "runs", IN_TEXT | IN_JSON | COL_RIGHT, SHOW_PLAIN },
	{ "units", "units", IN_TEXT | IN_JSON | COL_RIGHT, SHOW_PLAIN },
	{ "unit", "each a", IN_TEXT | IN_JSON, SHOW_PLAIN },
	{ "paired", "paired", IN_TEXT | IN_JSON, SHOW_PLAIN },
};

static void show_sides(struct out *o, const struct comparison *c)
{
	struct sheet s = SHEET("sides", side_columns);
	const struct design *d;
	size_t i;

	for (i = 0; i < c->nsides; i++) {
		d = &c->designs[i ? i : 1];
		put_string(&s, c->sides[i].label);
		put_u64(&s, c->sides[i].n);
		put_u64(&s, d->n[i > 0]);
		put_string(&s, d->what);
		put_bool(&s, d->paired);
	}
	out_sheet(o, &s, IN_TEXT | IN_JSON);
	sheet_free(&s);
}

static const struct column differing_columns[] = {
	{ "side", "side", IN_TEXT | IN_JSON, SHOW_PLAIN },
	{ "key", "setting", IN_TEXT | IN_JSON, SHOW_PLAIN },
	{ "first", "first", IN_TEXT | IN_JSON, SHOW_PLAIN },
	{ "value", "this", IN_TEXT | IN_JSON, SHOW_PLAIN },
	{ "reboot", "reboot", IN_TEXT | IN_JSON, SHOW_PLAIN },
};

static void show_differing(struct out *o, const struct comparison *c)
{
	struct sheet s = SHEET("differing", differing_columns);

	put_differing(&s, c);
	if (s.cells.n)
		out_line(o, "%s", "");
	if (s.cells.n || o->format == OUT_JSON)
		out_sheet(o, &s, IN_TEXT | IN_JSON);
	sheet_free(&s);
}

static void show_notes(struct out *o, const struct comparison *c)
{
	static const struct column note_columns[] = { { "text", NULL, IN_JSON, SHOW_PLAIN } };
	struct sheet s = SHEET("notes", note_columns);
	size_t i;

	put_comparison_notes(&s, c);
	if (s.cells.n)
		out_line(o, "%s", "");
	for (i = 0; i < s.cells.n; i++)
		out_labelled(o, "note", "%s", s.cells.v[i].string);
	out_sheet(o, &s, IN_JSON);
	sheet_free(&s);
}

/**
 * comparison_show - give a comparison out
 * @o: where to
 * @c: the comparison
 * @all: for people, too, what makes no difference
 */
void comparison_show(struct out *o, const struct comparison *c, bool all)
{
	size_t i;

	out_begin(o, "compare");
	out_string(o, "basis", basis_keys[c->basis]);
	out_string(o, "operations", c->table.operations);
	show_sides(o, c);
	show_differing(o, c);
	for (i = 1; i < c->nsides && o->format == OUT_TEXT; i++)
		show_side(o, c, i, all);
	show_data(o, c);
	show_notes(o, c);
	out_end(o);
}
