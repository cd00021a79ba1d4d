// SPDX-License-Identifier: GPL-2.0
/*
 * An operation that traps takes what the exception costs, with the kernel's handler,
 * and what the exit does: to the hypervisor, there, and back. The latter is timed
 * alone: in a TD by the same request without a #VE, under SEV inside of the #VC.
 */
#include <math.h>

#include "base/format.h"
#include "bench/bench.h"

#define OF_TDX "What of it is the exit, as of the same request by a TDCALL without a #VE:"
#define OF_SEV "What of it is the exit, from the VMGEXIT's call to its return inside of the #VC:"

static const struct column twin_columns[] = {
	{ NULL, "operation", IN_TEXT, SHOW_PLAIN },
	{ NULL, "cycles", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
	{ NULL, "exit", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
	{ NULL, "exception", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
	{ NULL, "share", IN_TEXT | COL_RIGHT, SHOW_PERCENT },
};

/* What of an operation is its exit; NAN if that is not known. */
double bench_exit_share(const struct bench_result *r)
{
	return r->exit.median > 0 && r->stats.median > 0 ? r->exit.median / r->stats.median : NAN;
}

static void put_twin(struct sheet *s, const struct bench_result *r)
{
	double rest = r->stats.median - r->exit.median;

	put_string(s, r->trigger->name);
	put_real(s, r->stats.median);
	put_real(s, r->exit.median);
	put_real(s, rest > 0 ? rest : 0);
	put_real(s, bench_exit_share(r));
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
	}
	sheet_free(&s);
}
