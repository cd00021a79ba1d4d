// SPDX-License-Identifier: GPL-2.0
/* What cvmstat bench prints of the operations that ran. */
#include <math.h>

#include "base/format.h"
#include "bench/bench.h"
#include "bench/text.h"
#include "names/names.h"

static void put_number(struct sheet *s, double val)
{
	char text[32];

	bench_number(val, text, sizeof(text));
	put_string(s, text);
}

static void put_maybe(struct sheet *s, double val)
{
	if (isfinite(val))
		put_real(s, val);
	else
		put_none(s);
}

static double to_ns(const struct bench_machine *m, double cycles)
{
	return m->tsc_khz ? cycles * 1e6 / m->tsc_khz : NAN;
}

static void put_time(struct sheet *s, double ns)
{
	char text[32] = "-";

	if (isfinite(ns))
		time_text(ns, text, sizeof(text));
	put_string(s, text);
}

static const struct column result_columns[] = {
	{ "name", "operation", IN_ALL, SHOW_PLAIN },
	{ "mode", NULL, IN_DATA, SHOW_PLAIN },
	{ "iterations", NULL, IN_DATA, SHOW_PLAIN },
	{ "warm_up", NULL, IN_DATA, SHOW_PLAIN },
	{ "exits_per_op", NULL, IN_DATA, SHOW_PLAIN },
	{ "traps_per_op", NULL, IN_DATA, SHOW_PLAIN },
	{ "calls_per_op", NULL, IN_DATA, SHOW_PLAIN },
	{ "seen", NULL, IN_DATA, SHOW_PLAIN },
	{ "noisy", NULL, IN_DATA, SHOW_PLAIN },
	{ NULL, "exits", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	{ "cycles_min", "min", COL_NUMBER | COL_SPARE, SHOW_GROUPED },
	{ "cycles_median", "median", COL_NUMBER, SHOW_GROUPED },
	{ "cycles_p99", "p99", COL_NUMBER | COL_SPARE, SHOW_GROUPED },
	{ "cycles_mean", "mean", COL_NUMBER | COL_SPARE, SHOW_GROUPED },
	{ "cycles_ci95", "+-95%", COL_NUMBER | COL_SPARE, SHOW_GROUPED },
	{ NULL, "time", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	{ "ns_min", NULL, IN_DATA, SHOW_PLAIN },
	{ "ns_median", NULL, IN_DATA, SHOW_PLAIN },
	{ "ns_p99", NULL, IN_DATA, SHOW_PLAIN },
	{ "ns_mean", NULL, IN_DATA, SHOW_PLAIN },
	{ "ns_ci95", NULL, IN_DATA, SHOW_PLAIN },
	{ "cycles_exit_median", NULL, IN_DATA, SHOW_PLAIN },
	{ "ns_exit_median", NULL, IN_DATA, SHOW_PLAIN },
	{ "exit_share", NULL, IN_DATA, SHOW_PLAIN },
	{ "cycles_exception_median", NULL, IN_DATA, SHOW_PLAIN },
	{ "cycles_exception_min", NULL, IN_DATA, SHOW_PLAIN },
	{ "cycles_exception_max", NULL, IN_DATA, SHOW_PLAIN },
	{ "baseline_exits_per_op", NULL, IN_DATA, SHOW_PLAIN },
	{ "baseline_cycles_median", NULL, IN_DATA, SHOW_PLAIN },
	{ "baseline_ns_median", NULL, IN_DATA, SHOW_PLAIN },
	{ "ratio", NULL, IN_DATA, SHOW_PLAIN },
	{ NULL, "counted in one operation", IN_TEXT | COL_ITEMS | COL_SPARE, SHOW_PLAIN },
};

static const struct column beside_columns[] = {
	{ "name", "operation", IN_TEXT, SHOW_PLAIN },
	{ NULL, "exits", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	{ NULL, "baseline", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	{ NULL, "cycles", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
	{ NULL, "baseline", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
	{ NULL, "time", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	{ NULL, "baseline", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	{ NULL, "ratio", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
};

static const struct column reason_columns[] = {
	{ "trigger", NULL, IN_JSON, SHOW_PLAIN },
	{ "kind", NULL, IN_JSON, SHOW_PLAIN },
	{ "class", NULL, IN_JSON, SHOW_PLAIN },
	{ "code", NULL, IN_JSON, SHOW_PLAIN },
	{ "reason", NULL, IN_JSON, SHOW_PLAIN },
	{ "count", NULL, IN_JSON, SHOW_PLAIN },
	{ "per_op", NULL, IN_JSON, SHOW_PLAIN },
	{ "provenance", NULL, IN_JSON, SHOW_PLAIN },
};

static const struct bench_old *find_old(const struct bench_baseline *b, const char *name)
{
	size_t i;

	for (i = 0; b && i < b->old.n; i++)
		if (streq(b->old.v[i].name, name))
			return &b->old.v[i];
	return NULL;
}

/* What the baseline has not, it does not know. */
static const struct bench_old *old_of(const struct bench_baseline *b, const char *name)
{
	static const struct bench_old none = { .cycles = NAN, .ns = NAN, .exits = NAN };
	const struct bench_old *old = find_old(b, name);

	return old ? old : &none;
}

/* How many times as long as in the baseline; NAN if that cannot be said. */
static double ratio(const struct bench_machine *m, const struct bench_result *r,
		    const struct bench_old *old)
{
	return old->ns > 0 ? to_ns(m, r->stats.median) / old->ns : NAN;
}

static void put_stats(struct sheet *s, const struct bench_machine *m, const struct bench_stats *st)
{
	put_real(s, st->min);
	put_real(s, st->median);
	put_real(s, st->p99);
	put_real(s, st->mean);
	put_maybe(s, st->ci95);
	put_time(s, to_ns(m, st->median));
	put_maybe(s, to_ns(m, st->min));
	put_maybe(s, to_ns(m, st->median));
	put_maybe(s, to_ns(m, st->p99));
	put_maybe(s, to_ns(m, st->mean));
	put_maybe(s, to_ns(m, st->ci95));
}

static void put_exit(struct sheet *s, const struct bench_machine *m, const struct bench_result *r)
{
	bool known = isfinite(bench_exit_share(r));

	put_maybe(s, known ? r->twins.exit : NAN);
	put_maybe(s, known ? to_ns(m, r->twins.exit) : NAN);
	put_maybe(s, bench_exit_share(r));
	put_maybe(s, known ? r->twins.rest : NAN);
	put_maybe(s, known ? r->twins.least : NAN);
	put_maybe(s, known ? r->twins.most : NAN);
}

static void put_result(struct sheet *s, const struct bench_machine *m,
		       const struct bench_result *r, const struct bench_baseline *b)
{
	const struct bench_old *old = old_of(b, r->trigger->name);
	char text[TEXT_BYTES];

	put_string(s, r->trigger->name);
	put_string(s, bench_mode(r->trigger));
	put_u64(s, r->run.iterations);
	put_u64(s, r->run.warm_up);
	put_maybe(s, bench_per_op(r, KIND_EXIT));
	put_maybe(s, bench_per_op(r, KIND_TRAP));
	put_maybe(s, bench_per_op(r, KIND_CALL));
	put_bool(s, !(r->trigger->flags & CVMSTAT_BENCH_UNSEEN));
	put_bool(s, r->trigger->flags & CVMSTAT_BENCH_NOISY);
	put_number(s, bench_per_op(r, KIND_EXIT));
	put_stats(s, m, &r->stats);
	put_exit(s, m, r);
	put_maybe(s, old->exits);
	put_maybe(s, old->cycles);
	put_maybe(s, old->ns);
	put_maybe(s, ratio(m, r, old));
	bench_counts(r, text, sizeof(text));
	put_string(s, text);
}

static void put_beside(struct sheet *s, const struct bench_machine *m,
		       const struct bench_result *r, const struct bench_baseline *b)
{
	const struct bench_old *old = old_of(b, r->trigger->name);
	char text[32] = "-";

	put_string(s, r->trigger->name);
	put_number(s, bench_per_op(r, KIND_EXIT));
	put_number(s, old->exits);
	put_real(s, r->stats.median);
	if (isfinite(old->cycles))
		put_real(s, old->cycles);
	else
		put_string(s, "-");
	put_time(s, to_ns(m, r->stats.median));
	put_time(s, old->ns);
	if (isfinite(ratio(m, r, old)))
		snprintf(text, sizeof(text), "%.2f", ratio(m, r, old));
	put_string(s, text);
}

static void put_reasons(struct sheet *s, const struct bench_result *r)
{
	const struct cvmstat_bench_count *c;
	char name[NAME_BYTES];
	u32 i;

	for (i = 0; r->run.counted && i < r->run.counts; i++) {
		c = &r->run.count[i];
		put_string(s, r->trigger->name);
		put_string(s, kind_name(class_kind(c->class)));
		put_string(s, class_name(c->class, name, sizeof(name)));
		put_hex(s, c->code);
		put_string(s, reason_name(c->class, c->code, name, sizeof(name)));
		put_u64(s, c->count);
		put_real(s, (double)c->count / r->run.iterations);
		put_string(s, provenance_name(c->provenance));
	}
}

static const char *platform_text(const struct bench_machine *m)
{
	return m->platform == PLATFORM_UNKNOWN ? "unknown platform" : platform_name(m->platform);
}

static void show_header(struct out *o, const struct bench_machine *m,
			const struct bench_baseline *b)
{
	char rate[64] = "";

	if (m->tsc_khz)
		snprintf(rate, sizeof(rate), ", TSC at %.3f GHz", m->tsc_khz / 1e6);
	out_line(o, "\n What one operation takes on CPU %u, in TSC cycles\n %s%s%s%s\n", m->cpu,
		 platform_text(m), rate, b ? ", beside a baseline of " : "", b ? b->label : "");
}

static void fill(struct sheet *s, struct sheet *beside, struct sheet *not, struct sheet *reasons,
		 const struct bench_machine *m, const struct bench_result_vec *results,
		 const struct bench_baseline *b)
{
	const struct bench_result *r;
	size_t i;

	for (i = 0; i < results->n; i++) {
		r = &results->v[i];
		if (r->run.problem[0]) {
			bench_put_not(not, r->trigger->name, r->run.problem);
			continue;
		}
		put_result(s, m, r, b);
		put_beside(beside, m, r, b);
		put_reasons(reasons, r);
	}
}

/**
 * bench_show - print results
 * @m: where they are from
 * @results: in the order of running
 * @baseline: a recorded report to set them beside, or NULL
 */
void bench_show(struct out *o, const struct bench_machine *m,
		const struct bench_result_vec *results, const struct bench_baseline *baseline)
{
	struct sheet main = SHEET("triggers", result_columns);
	struct sheet beside = SHEET(NULL, beside_columns);
	struct sheet not = { .name = "not_run", .cols = bench_not_columns,
			     .ncols = BENCH_NOT_COLUMNS };
	struct sheet reasons = SHEET("reasons", reason_columns);

	fill(&main, &beside, &not, &reasons, m, results, baseline);
	out_begin(o, "bench");
	bench_machine_data(o, m);
	show_header(o, m, baseline);
	out_sheet(o, &main, baseline ? IN_DATA : IN_ALL);
	if (baseline)
		out_sheet(o, &beside, IN_TEXT);
	out_line(o, "%s", "");
	bench_show_twins(o, m, results);
	if (not.cells.n || o->format == OUT_JSON)
		out_sheet(o, &not, IN_TEXT | IN_JSON);
	if (not.cells.n)
		out_line(o, "%s", "");
	out_sheet(o, &reasons, IN_JSON);
	bench_notes(o, m, results, baseline);
	out_end(o);
	sheet_free(&main);
	sheet_free(&beside);
	sheet_free(&not);
	sheet_free(&reasons);
}
