// SPDX-License-Identifier: GPL-2.0
#include "out/reasons.h"
#include "report/data.h"
#include "report/footer.h"
#include "report/print.h"

static void print_table(struct out *o, const struct report *r, const struct entries *e)
{
	struct column cols[REASONS_COLUMNS];
	struct sheet s = { 0 };

	reasons_sheet(&s, cols, e, r->details);
	out_sheet(o, &s, IN_TEXT);
	sheet_free(&s);
}

/**
 * report_print - give out one report
 */
void report_print(struct out *o, const struct report *r)
{
	struct entries e;

	entries_build(&e, &r->window);
	out_begin(o, "stat");
	footer_head(o, r);
	if (o->format == OUT_TEXT)
		print_table(o, r, &e);
	else
		report_data(o, r, &e);
	footer_print(o, r, e.exits);
	out_end(o);
	entries_free(&e);
}
