// SPDX-License-Identifier: GPL-2.0
/* What cvmstat bench prints: the triggers that there are, or what they took. */
#include <math.h>

#include "bench.h"
#include "diff.h"
#include "names.h"

#define TEXT_BYTES 512

/* Fewer of them an operation are noise, and not in the table. */
#define RARE 0.005

static const char *platform_text(const struct bench_machine *m)
{
	return m->platform == PLATFORM_UNKNOWN ? "unknown platform" : platform_name(m->platform);
}

static const char *mode_name(const struct bench_trigger *t)
{
	return t->user ? "user" : "kernel";
}

/* Events of one kind that one operation causes; NAN if they are not known. */
static double per_op(const struct bench_result *r, enum kind_of_class kind)
{
	double sum = 0;
	u32 i;

	/* What a handler calls for, is the kernel's. */
	if (!r->run.counted || r->trigger->flags & CVMSTAT_BENCH_UNSEEN ||
	    (r->trigger->user && kind == KIND_CALL))
		return NAN;
	for (i = 0; i < r->run.counts; i++)
		if (class_kind(r->run.count[i].class) == kind)
			sum += (double)r->run.count[i].count;
	return sum / r->run.iterations;
}

static void number_text(double val, char *buf, size_t size)
{
	if (!isfinite(val))
		snprintf(buf, size, "-");
	else if (fabs(val - round(val)) < RARE)
		snprintf(buf, size, "%.0f", val);
	else
		snprintf(buf, size, "%.2f", val);
}

static void put_number(struct sheet *s, double val)
{
	char text[32];

	number_text(val, text, sizeof(text));
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
	static const char *const units[] = { " ns", " us", " ms", " s", NULL };
	char text[32] = "-";

	if (isfinite(ns))
		scaled(ns, units, 1000, text, sizeof(text));
	put_string(s, text);
}

/* "mmio-write 2, #VC npf 2": exits first, then the rest. */
static void counts_text(const struct bench_result *r, char *buf, size_t size)
{
	char name[NAME_BYTES], number[32];
	const struct cvmstat_bench_count *c;
	size_t at = 0;
	enum kind_of_class kind;
	u32 i;

	buf[0] = '\0';
	if (r->trigger->flags & CVMSTAT_BENCH_UNSEEN) {
		snprintf(buf, size, "made by hand: cvmstat.ko does not see it");
		return;
	}
	for (kind = KIND_EXIT; kind < KIND_COUNT; kind++) {
		for (i = 0; i < r->run.counts && at < size; i++) {
			c = &r->run.count[i];
			if (class_kind(c->class) != kind ||
			    (double)c->count / r->run.iterations < RARE)
				continue;
			number_text((double)c->count / r->run.iterations, number, sizeof(number));
			at += (size_t)snprintf(buf + at, size - at, "%s%s %s%s", at ? ", " : "",
					       reason_label(c->class, true, c->code, name,
							    sizeof(name)),
					       provenance_mark(c->provenance), number);
		}
	}
}

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
	{ "what", "what it does", IN_ALL | COL_TRUNC, SHOW_PLAIN },
	{ "expected", "causes here", IN_ALL | COL_TRUNC, SHOW_PLAIN },
};

static const struct column not_columns[] = {
	{ "name", "not possible here", IN_ALL, SHOW_PLAIN },
	{ "why", "because", IN_ALL, SHOW_PLAIN },
};

static void put_trigger(struct sheet *s, const struct bench_trigger *t)
{
	char expected[TEXT_BYTES];

	expected_text(t, expected, sizeof(expected));
	put_string(s, t->name);
	put_string(s, mode_name(t));
	put_bool(s, !t->why_not[0]);
	put_string(s, t->why_not);
	put_string(s, t->what);
	put_string(s, expected);
}

static void put_impossible(struct sheet *s, const char *name, const char *why)
{
	put_string(s, name);
	put_string(s, why);
}

static void machine_data(struct out *o, const struct bench_machine *m)
{
	char release[128];

	out_string(o, "platform",
		   m->platform == PLATFORM_UNKNOWN ? "unknown" : platform_key(m->platform));
	if (sys_line(release, sizeof(release), "/proc/sys/kernel/osrelease"))
		out_string(o, "kernel", release);
	else
		out_null(o, "kernel");
	if (m->tsc_khz)
		out_u64(o, "tsc_khz", m->tsc_khz);
	else
		out_null(o, "tsc_khz");
	out_u64(o, "cpu", m->cpu);
	out_string(o, "clocksource", m->clocksource);
	if (m->emulator[0])
		out_string(o, "emulator", m->emulator);
	else
		out_null(o, "emulator");
}

/**
 * bench_show_list - print all triggers, and why some are impossible
 * @no_kernel: why there are none in kernel mode, empty if there are
 */
void bench_show_list(struct out *o, const struct bench_machine *m,
		     const struct bench_trigger_vec *triggers, const char *no_kernel)
{
	struct sheet all = SHEET("triggers", list_columns), can = all;
	struct sheet not = SHEET("not_possible", not_columns);
	size_t i;

	for (i = 0; i < triggers->n; i++) {
		put_trigger(&all, &triggers->v[i]);
		if (triggers->v[i].why_not[0])
			put_impossible(&not, triggers->v[i].name, triggers->v[i].why_not);
		else
			put_trigger(&can, &triggers->v[i]);
	}
	if (no_kernel[0])
		put_impossible(&not, "all in kernel mode", no_kernel);
	out_begin(o, "bench");
	machine_data(o, m);
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
	{ "cycles_min", "min", COL_NUMBER, SHOW_GROUPED },
	{ "cycles_median", "median", COL_NUMBER, SHOW_GROUPED },
	{ "cycles_p99", "p99", COL_NUMBER, SHOW_GROUPED },
	{ "cycles_mean", "mean", COL_NUMBER, SHOW_GROUPED },
	{ "cycles_ci95", "+-95%", COL_NUMBER, SHOW_GROUPED },
	{ NULL, "time", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	{ "ns_min", NULL, IN_DATA, SHOW_PLAIN },
	{ "ns_median", NULL, IN_DATA, SHOW_PLAIN },
	{ "ns_p99", NULL, IN_DATA, SHOW_PLAIN },
	{ "ns_mean", NULL, IN_DATA, SHOW_PLAIN },
	{ "ns_ci95", NULL, IN_DATA, SHOW_PLAIN },
	{ "baseline_exits_per_op", NULL, IN_DATA, SHOW_PLAIN },
	{ "baseline_cycles_median", NULL, IN_DATA, SHOW_PLAIN },
	{ "baseline_ns_median", NULL, IN_DATA, SHOW_PLAIN },
	{ "ratio", NULL, IN_DATA, SHOW_PLAIN },
	{ NULL, "counted in one operation", IN_TEXT | COL_TRUNC, SHOW_PLAIN },
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

static const struct column note_columns[] = { { "text", NULL, IN_JSON, SHOW_PLAIN } };

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

static void put_result(struct sheet *s, const struct bench_machine *m,
		       const struct bench_result *r, const struct bench_baseline *b)
{
	const struct bench_old *old = old_of(b, r->trigger->name);
	char text[TEXT_BYTES];

	put_string(s, r->trigger->name);
	put_string(s, mode_name(r->trigger));
	put_u64(s, r->run.iterations);
	put_u64(s, r->run.warm_up);
	put_maybe(s, per_op(r, KIND_EXIT));
	put_maybe(s, per_op(r, KIND_TRAP));
	put_maybe(s, per_op(r, KIND_CALL));
	put_bool(s, !(r->trigger->flags & CVMSTAT_BENCH_UNSEEN));
	put_bool(s, r->trigger->flags & CVMSTAT_BENCH_NOISY);
	put_number(s, per_op(r, KIND_EXIT));
	put_stats(s, m, &r->stats);
	put_maybe(s, old->exits);
	put_maybe(s, old->cycles);
	put_maybe(s, old->ns);
	put_maybe(s, ratio(m, r, old));
	counts_text(r, text, sizeof(text));
	put_string(s, text);
}

static void put_beside(struct sheet *s, const struct bench_machine *m,
		       const struct bench_result *r, const struct bench_baseline *b)
{
	const struct bench_old *old = old_of(b, r->trigger->name);
	char text[32] = "-";

	put_string(s, r->trigger->name);
	put_number(s, per_op(r, KIND_EXIT));
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

/* What a reader of the figures has to know; in text each is a paragraph. */
static void note(struct out *o, struct sheet *s, const char *text)
{
	put_string(s, text);
	out_paragraph(o, text, 1);
}

static void note_noise(struct out *o, struct sheet *s, const struct bench_result_vec *results)
{
	char text[TEXT_BYTES];
	size_t i, at = 0;

	for (i = 0; i < results->n && at < sizeof(text); i++)
		if (results->v[i].trigger->flags & CVMSTAT_BENCH_NOISY)
			at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", at ? ", " : "",
					       results->v[i].trigger->name);
	if (at && at < sizeof(text)) {
		snprintf(text + at, sizeof(text) - at,
			 ": interrupts are on, and what they cause is in the counts.");
		note(o, s, text);
	}
}

static void note_clock(struct out *o, struct sheet *s, const struct bench_machine *m)
{
	char text[TEXT_BYTES];

	if (m->emulator[0]) {
		snprintf(text, sizeof(text), "This CPU is emulated (%s): times are the "
			 "emulator's and say nothing about hardware. Counts are exact, and with "
			 "QEMU's -icount cycles are in proportion to executed instructions.",
			 m->emulator);
		note(o, s, text);
	}
	if (m->tsc_unstable) {
		note(o, s, "The kernel does not trust the TSC: cycles are no measure of time.");
	} else if (!streq(m->clocksource, "tsc")) {
		snprintf(text, sizeof(text),
			 "The kernel's clock is %s; it trusts the TSC all the same.",
			 m->clocksource);
		note(o, s, text);
	}
}

static bool any_counted(const struct bench_result_vec *results)
{
	size_t i;

	for (i = 0; i < results->n; i++)
		if (results->v[i].run.counted)
			return true;
	return false;
}

static void show_notes(struct out *o, const struct bench_machine *m,
		       const struct bench_result_vec *results, const struct bench_baseline *b)
{
	struct sheet notes = SHEET("notes", note_columns);
	u32 bit;

	note_clock(o, &notes, m);
	if (b && b->emulated)
		note(o, &notes, "The baseline was recorded on an emulated CPU.");
	if (!any_counted(results))
		note(o, &notes, m->platform == CVMSTAT_PLATFORM_NONE ?
		     "An ordinary VM's exits cannot be counted from inside." :
		     "Exits are not counted: cvmstat.ko is not loaded.");
	for (bit = 1; bit <= TROUBLE_MISSED; bit <<= 1)
		if (m->trouble & bit)
			note(o, &notes, trouble_text(bit));
	note_noise(o, &notes, results);
	out_sheet(o, &notes, IN_JSON);
	sheet_free(&notes);
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
			put_impossible(not, r->trigger->name, r->run.problem);
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
void bench_show(struct out *o, const struct bench_machine *m, const struct bench_result_vec *results,
		const struct bench_baseline *baseline)
{
	struct sheet main = SHEET("triggers", result_columns);
	struct sheet beside = SHEET(NULL, beside_columns);
	struct sheet not = SHEET("not_run", not_columns);
	struct sheet reasons = SHEET("reasons", reason_columns);

	fill(&main, &beside, &not, &reasons, m, results, baseline);
	out_begin(o, "bench");
	machine_data(o, m);
	show_header(o, m, baseline);
	out_sheet(o, &main, baseline ? IN_DATA : IN_ALL);
	if (baseline)
		out_sheet(o, &beside, IN_TEXT);
	out_line(o, "%s", "");
	if (not.cells.n || o->format == OUT_JSON)
		out_sheet(o, &not, IN_TEXT | IN_JSON);
	if (not.cells.n)
		out_line(o, "%s", "");
	out_sheet(o, &reasons, IN_JSON);
	show_notes(o, m, results, baseline);
	out_end(o);
	sheet_free(&main);
	sheet_free(&beside);
	sheet_free(&not);
	sheet_free(&reasons);
}
