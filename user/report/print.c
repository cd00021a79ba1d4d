// SPDX-License-Identifier: GPL-2.0
#include "counts/diff.h"
#include "counts/keep.h"
#include "out/reasons.h"
#include "out/spread.h"
#include "report/data.h"
#include "report/figures.h"
#include "report/footer.h"
#include "report/print.h"

/* Parts of a snapshot, bits of enum cvmstat_parts; @timed: handlers are timed */
u32 report_want(bool timed)
{
	u32 times = timed ? WANT(HISTS) : 0;

	return times | WANT_BASICS | WANT(COUNTS) | WANT(DETAILS) | WANT(GAPS) | figures_want();
}

static double cpus_looked_at(const struct report *r, const struct snapshot *d)
{
	return r->chosen ? cpus_count(r->cpus) : d->info.online_cpus;
}

/**
 * report_add - add one run to a report
 * @d: difference of the run
 */
void report_add(struct report *r, const struct snapshot *d)
{
	window_add(&r->window, d);
	if (d->config.latency)
		r->window.cpu_cycles += (double)d->ns / 1e6 * d->info.tsc_khz *
					cpus_looked_at(r, d);
	snapshot_add(&r->sum, d, WANT(HOOKS) | figures_want());
	r->trouble |= d->trouble;
	*run_push(&r->runs) = (struct run){ (double)d->ns / NSEC_PER_SEC, r->status };
}

/* The next one is like this one, and nothing is in it yet. */
void report_reset(struct report *r)
{
	window_reset(&r->window);
	snapshot_free(&r->sum);
	r->runs.n = 0;
	r->trouble = 0;
}

static void print_table(struct out *o, const struct report *r, const struct entries *e)
{
	struct column cols[REASONS_COLUMNS], spread_cols[SPREAD_COLUMNS];
	struct sheet s = { .name = "reasons" };

	if (r->window.per_cpu && !r->window.per_node)
		spread_sheet(&s, spread_cols, &r->window, r->cpus, r->by_purpose, r->details);
	else
		reasons_sheet(&s, cols, e, r->details);
	out_sheet(o, &s, IN_TEXT);
	sheet_free(&s);
}

/**
 * report_print - give out one report
 */
void report_print(struct out *o, const struct report *r)
{
	struct entries e, purposes = { 0 };

	entries_build(&e, &r->window);
	if (o->format != OUT_TEXT || r->by_purpose)
		entries_by_purpose(&purposes, &r->window);
	out_begin(o, "stat");
	footer_head(o, r);
	if (o->format == OUT_TEXT)
		print_table(o, r, r->by_purpose ? &purposes : &e);
	else
		report_data(o, r, &e, &purposes);
	footer_print(o, r, e.exits);
	out_end(o);
	entries_free(&purposes);
	entries_free(&e);
}
