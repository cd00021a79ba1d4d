// SPDX-License-Identifier: GPL-2.0
/*
 * An operation that traps takes what the exception costs, with the kernel's handler,
 * and what the exit does: to the hypervisor, there, and back. The latter is timed
 * alone: in a TD by the same request without a #VE, under SEV inside of the #VC. What
 * the machine does meanwhile is in both: they are run in turns, and it is the rounds
 * that are compared.
 */
#include <math.h>
#include <stdlib.h>

#include "base/format.h"
#include "bench/bench.h"
#include "bench/text.h"
#include "compare/stats.h"

#define OF_EXCEPTION "and what of it the exception, with the least and the most of 10 rounds:"
#define OF_TDX \
	"What of it is the exit, as of the same request by a TDCALL without a #VE, " OF_EXCEPTION
#define OF_SEV \
	"What of it is the exit, from the VMGEXIT's call to its return inside of the #VC, " \
	OF_EXCEPTION

#define ROUNDS 10

static const struct column twin_columns[] = {
	{ NULL, "operation", IN_TEXT, SHOW_PLAIN },
	{ NULL, "cycles", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
	{ NULL, "exit", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
	{ NULL, "exception", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	{ NULL, "least", IN_TEXT | COL_RIGHT | COL_SPARE, SHOW_PLAIN },
	{ NULL, "most", IN_TEXT | COL_RIGHT | COL_SPARE, SHOW_PLAIN },
	{ NULL, "share", IN_TEXT | COL_RIGHT, SHOW_PERCENT },
};

/**
 * bench_times - run a trigger
 * @t: the trigger
 * @run: how; filled but for its cycles
 * @stats: of these, if there is no problem
 */
void bench_times(const struct bench_trigger *t, struct bench_run *run, struct bench_stats *stats)
{
	run->cycles = xcalloc(run->iterations, sizeof(*run->cycles));
	t->run(t, run);
	if (!run->problem[0])
		bench_stats(run->cycles, run->iterations, stats);
	free(run->cycles);
	run->cycles = NULL;
}

/* One round of one of the two; false if it did not work. */
static bool one_round(const struct bench_trigger *t, const struct bench_run *like, u32 iterations,
		      bool direct, double *cycles)
{
	struct bench_run run = *like;
	struct bench_stats stats;

	run.iterations = iterations;
	run.direct = direct;
	bench_times(t, &run, &stats);
	if (run.problem[0])
		return false;
	*cycles = stats.median;
	return true;
}

/* Which is first changes, so that what grows all the time is in both alike. */
static bool one_pair(const struct bench_trigger *t, const struct bench_run *like, u32 iterations,
		     bool alone_first, double *whole, double *alone)
{
	if (alone_first && !one_round(t, like, iterations, true, alone))
		return false;
	return one_round(t, like, iterations, false, whole) &&
	       (alone_first || one_round(t, like, iterations, true, alone));
}

/**
 * bench_twins_run - run an operation and its exit alone in turns
 * @t: a trigger that has CVMSTAT_BENCH_DIRECT
 * @like: how it is run
 * @twins: filled, if all goes well
 */
void bench_twins_run(const struct bench_trigger *t, const struct bench_run *like,
		     struct bench_twins *twins)
{
	u32 rounds = like->iterations < ROUNDS ? like->iterations : ROUNDS, i;
	double whole[ROUNDS], alone[ROUNDS], rest[ROUNDS];

	for (i = 0; i < rounds; i++) {
		if (!one_pair(t, like, like->iterations / rounds, i % 2, &whole[i], &alone[i]))
			return;
		rest[i] = whole[i] - alone[i];
	}
	twins->rounds = rounds;
	twins->whole = median(whole, rounds);
	twins->exit = median(alone, rounds);
	twins->rest = median(rest, rounds);
	twins->least = rest[0];
	twins->most = rest[rounds - 1];
}

/* What of an operation is its exit; NAN if that is not known. */
double bench_exit_share(const struct bench_result *r)
{
	return r->twins.rounds && r->twins.whole > 0 ? r->twins.exit / r->twins.whole : NAN;
}

/* What is taken from each other may be less than nothing. */
static void put_signed(struct sheet *s, double val)
{
	char text[40], number[32];

	snprintf(text, sizeof(text), "%s%s", val < 0 ? "-" : "",
		 grouped((u64)(fabs(val) + 0.5), number, sizeof(number)));
	put_string(s, text);
}

static void put_twin(struct sheet *s, const struct bench_result *r)
{
	put_string(s, r->trigger->name);
	put_real(s, r->twins.whole);
	put_real(s, r->twins.exit);
	put_signed(s, r->twins.rest);
	put_signed(s, r->twins.least);
	put_signed(s, r->twins.most);
	put_real(s, bench_exit_share(r));
}

/* Those that make an exit of which nobody can tell it. */
static void name_others(struct out *o, const struct bench_result_vec *results)
{
	char text[TEXT_BYTES] = "Not told of what runs in user mode, which is not timed inside:";
	size_t i, at = strlen(text);
	bool any = false;

	for (i = 0; i < results->n && at < sizeof(text); i++) {
		if (!results->v[i].trigger->user || results->v[i].run.problem[0])
			continue;
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s %s", any ? "," : "",
				       results->v[i].trigger->name);
		any = true;
	}
	if (!any)
		return;
	out_paragraph(o, text, 1);
	out_line(o, "%s", "");
}

/**
 * bench_show_twins - print what of the operations is their exit
 * @m: where they ran
 * @results: all, of which some have it
 */
void bench_show_twins(struct out *o, const struct bench_machine *m,
		      const struct bench_result_vec *results)
{
	struct sheet s = SHEET(NULL, twin_columns);
	size_t i;

	for (i = 0; i < results->n; i++)
		if (isfinite(bench_exit_share(&results->v[i])))
			put_twin(&s, &results->v[i]);
	if (s.cells.n) {
		out_paragraph(o, m->platform == CVMSTAT_PLATFORM_TDX ? OF_TDX : OF_SEV, 1);
		out_line(o, "%s", "");
		out_sheet(o, &s, IN_TEXT);
		out_line(o, "%s", "");
		name_others(o, results);
	}
	sheet_free(&s);
}
