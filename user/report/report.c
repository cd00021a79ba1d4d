// SPDX-License-Identifier: GPL-2.0
#include "report/entries.h"
#include "report/footer.h"

/**
 * report_print - give out one report
 */
void report_print(struct out *o, const struct report *r)
{
	struct entries e;

	entries_build(&e, r);
	out_begin(o, "stat");
	footer_head(o, r);
	if (o->format == OUT_TEXT)
		report_text(o, r, &e);
	else
		report_data(o, r, &e);
	footer_print(o, r, e.exits);
	out_end(o);
	entries_free(&e);
}
