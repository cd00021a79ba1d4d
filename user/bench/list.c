// SPDX-License-Identifier: GPL-2.0
/* What cvmstat bench --list prints: the operations that there are. */
#include "bench/text.h"

static void expected_text(const struct bench_trigger *t, char *buf, size_t size)
{
	char name[NAME_BYTES];
	size_t at = 0;
	u32 i;

	buf[0] = '\0';
	for (i = 0; i < t->reasons && at < size; i++)
		at += (size_t)snprintf(buf + at, size - at, "%s%s", at ? ", " : "",
				       reason_label(t->reason[i].class, true, t->reason[i].code,
						    name, sizeof(name)));
}

static const struct column list_columns[] = {
	{ "name", "operation", IN_ALL, SHOW_PLAIN },
	{ "mode", "mode", IN_ALL, SHOW_PLAIN },
	{ "possible", NULL, IN_DATA, SHOW_PLAIN },
	{ "why_not", NULL, IN_DATA, SHOW_PLAIN },
	{ "what", "what it does", IN_ALL | COL_WRAP, SHOW_PLAIN },
	{ "expected", "causes here", IN_ALL | COL_SPARE, SHOW_PLAIN },
};

static void put_trigger(struct sheet *s, const struct bench_trigger *t)
{
	char expected[TEXT_BYTES];

	expected_text(t, expected, sizeof(expected));
	put_string(s, t->name);
	put_string(s, bench_mode(t));
	put_bool(s, !t->why_not[0]);
	put_string(s, t->why_not);
	put_string(s, t->what);
	put_string(s, expected);
}

/**
 * bench_show_list - print all triggers, and why some are impossible
 * @no_kernel: why there are none in kernel mode, empty if there are
 */
void bench_show_list(struct out *o, const struct bench_machine *m,
		     const struct bench_trigger_vec *triggers, const char *no_kernel)
{
	struct sheet all = SHEET("triggers", list_columns), can = all;
	struct sheet not = { .name = "not_possible", .cols = bench_not_columns,
			     .ncols = BENCH_NOT_COLUMNS };
	size_t i;

	for (i = 0; i < triggers->n; i++) {
		put_trigger(&all, &triggers->v[i]);
		if (triggers->v[i].why_not[0])
			bench_put_not(&not, triggers->v[i].name, triggers->v[i].why_not);
		else
			put_trigger(&can, &triggers->v[i]);
	}
	if (no_kernel[0])
		bench_put_not(&not, "all in kernel mode", no_kernel);
	out_begin(o, "bench");
	bench_machine_data(o, m);
	out_sheet(o, &all, IN_DATA);
	out_sheet(o, &can, IN_TEXT);
	if (not.cells.n)
		out_line(o, "%s", "");
	if (not.cells.n || o->format != OUT_TEXT)
		out_sheet(o, &not, IN_TEXT | IN_JSON);
	out_end(o);
	sheet_free(&all);
	sheet_free(&can);
	sheet_free(&not);
}
