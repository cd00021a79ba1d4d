// SPDX-License-Identifier: GPL-2.0
/* cvmstat rips: the code behind exits. */
#include <stdlib.h>

#include "base/format.h"
#include "commands/command.h"
#include "commands/measure.h"
#include "counts/keep.h"
#include "names/kallsyms.h"
#include "names/maps.h"
#include "names/names.h"
#include "names/sym.h"

#define DEFAULT_ROWS 20

static const struct opt opts[] = {
	{ 'n', "number", "ROWS", "how many rows, instead of 20" },
	{ 'p', "pid", "PID", "until the process PID ends" },
};

static const struct column columns[] = {
	{ "count", "count", COL_NUMBER, SHOW_GROUPED },
	{ "share", "share", COL_NUMBER | COL_SPARE, SHOW_PERCENT },
	{ "class", NULL, IN_DATA, SHOW_PLAIN },
	{ "code", NULL, IN_DATA, SHOW_PLAIN },
	{ "reason", "reason", IN_ALL, SHOW_PLAIN },
	{ "mode", "mode", IN_ALL | COL_SPARE, SHOW_PLAIN },
	{ "symbol", "code", IN_ALL | COL_TRUNC, SHOW_PLAIN },
	{ "process", "process", IN_ALL | COL_SPARE, SHOW_PLAIN },
	{ "tgid", NULL, IN_DATA, SHOW_PLAIN },
	{ "rip", NULL, IN_DATA, SHOW_PLAIN },
	{ "overflow", NULL, IN_DATA, SHOW_PLAIN },
};

static int by_count(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	if (record_count(x) != record_count(y))
		return record_count(x) > record_count(y) ? -1 : 1;
	return x->rip < y->rip ? -1 : x->rip > y->rip;
}

static void put_reason(struct sheet *s, const struct record *r)
{
	char name[NAME_BYTES];

	put_string(s, class_name(r->class, name, sizeof(name)));
	if (record_has_code(r))
		put_hex(s, r->code);
	else
		put_none(s);
	put_string(s, loss_label(r, name, sizeof(name)));
}

static void put_place(struct sheet *s, const struct record *r)
{
	char name[512], process[80];

	if (!(r->has & BIT(CVMSTAT_A_COUNT_RIP))) {
		put_string(s, "");
		put_string(s, "(table full)");
		put_none(s);
		put_none(s);
		put_none(s);
		return;
	}
	if (r->user) {
		put_string(s, "user");
		put_string(s, sym_user(r->tgid, r->rip, name, sizeof(name)));
		put_string(s, sym_process(r->tgid, process, sizeof(process)));
		put_u64(s, r->tgid);
	} else {
		put_string(s, "kernel");
		put_string(s, kallsyms_name(r->rip, name, sizeof(name)));
		put_none(s);
		put_none(s);
	}
	put_hex(s, r->rip);
}

static bool any_kernel(const struct record_vec *rips)
{
	size_t i;

	for (i = 0; i < rips->n; i++)
		if (rips->v[i].has & BIT(CVMSTAT_A_COUNT_RIP) && !rips->v[i].user)
			return true;
	return false;
}

static void put_row(struct sheet *s, const struct record *r, u64 whole)
{
	put_u64(s, record_count(r));
	put_real(s, (double)record_count(r) / (double)whole);
	put_reason(s, r);
	put_place(s, r);
	put_bool(s, record_overflow(r));
}

/* Rows that are not shown, and what they have of the sum. */
struct left_out {
	u64 rows;
	u64 events;
};

static void say_left_out(struct out *o, const struct left_out *left)
{
	char rows[32], events[32];

	out_u64(o, "left_out_rows", left->rows);
	out_u64(o, "left_out_events", left->events);
	if (left->rows)
		out_line(o, " %s more rows with %s events: -n ROWS",
			 grouped(left->rows, rows, sizeof(rows)),
			 grouped(left->events, events, sizeof(events)));
}

/* What is lost is shown, however little it is. */
static void put_rows(struct sheet *s, const struct record_vec *rips, u64 most, u64 whole,
		     struct left_out *left)
{
	const struct record *r;
	size_t i;

	for (i = 0; i < rips->n; i++) {
		r = &rips->v[i];
		if (i < most || record_overflow(r)) {
			put_row(s, r, whole);
			continue;
		}
		left->rows++;
		left->events = sat_add(left->events, record_count(r));
	}
}

static void show(struct out *o, struct snapshot *d, u64 most)
{
	struct sheet s = SHEET("rips", columns);
	struct left_out left = { 0 };
	const char *problem;
	char text[160];
	u64 whole = 0;
	size_t i;

	for (i = 0; i < d->rips.n; i++)
		whole = sat_add(whole, record_count(&d->rips.v[i]));
	if (d->rips.n)
		qsort(d->rips.v, d->rips.n, sizeof(*d->rips.v), by_count);
	put_rows(&s, &d->rips, most, whole, &left);
	out_begin(o, "rips");
	out_u64(o, "events", whole);
	out_sheet(o, &s, IN_ALL);
	say_left_out(o, &left);
	if (any_kernel(&d->rips) && !kallsyms_named())
		out_paragraph(o,
			      "Kernel addresses have no names: /proc/kallsyms shows them only with CAP_SYSLOG.",
			      1);
	if (!d->rips.n)
		out_line(o, " no RIPs%s", d->config.rips ? "" :
			 ": switch them on with cvmstat set rips on");
	problem = maps_problem(text, sizeof(text));
	if (problem)
		out_paragraph(o, problem, 1);
	measure_notes(o, d, problem);
	out_end(o);
	sheet_free(&s);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct workload load = { 0 };
	u64 rows = DEFAULT_ROWS;
	struct out o = { 0 };
	struct snapshot d;
	struct family f;
	int opt;

	while ((opt = next_option(self, argc, argv, &o)) != -1) {
		if (opt == 'n')
			rows = number_option(optarg, "-n", 1, 1000000);
		else
			load.pid = pid_option(optarg);
	}
	if (optind < argc)
		load.argv = argv + optind;
	family_need(&f);
	out_open(&o, stdout);
	/* When the report is made, those that ran are gone. */
	if (load.argv || load.pid) {
		maps_start(load.pid);
		load.tick = maps_collect;
	}
	measure(&f, &load, WANT(RIPS), false, &d);
	maps_stop();
	show(&o, &d, rows);
	snapshot_free(&d);
	family_close(&f);
	out_close(&o);
	return load.status;
}

const struct command cmd_rips = {
	.name = "rips",
	.run = run,
	.summary = "the code behind exits, most frequent first",
	.args = "[-p PID | [--] COMMAND...]",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.words = true,
	.more =
		"Without a command or a process: all since the module was loaded. RIPs are kept only\n"
		"after cvmstat set rips on.",
	.example = "cvmstat set rips on && cvmstat rips -- java -version",
};
