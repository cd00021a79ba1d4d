// SPDX-License-Identifier: GPL-2.0
/* cvmstat stat: what a workload, or a stretch of time, cost in exits. */
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "counts/diff.h"
#include "counts/keep.h"
#include "guest/workload.h"
#include "report/print.h"
#include "wire/take.h"

struct options {
	struct out out;
	bool system;
	bool details;
	bool per_cpu;
	u64 interval_ms;
	u64 repeat;
	const char *events;
	struct workload load;
	char title[160];
};

/* What lives through the runs of one invocation. */
struct state {
	struct family family;
	struct options *opt;
	struct perf perf;
	struct report report;
	struct snapshot before;
	u64 start_ns;
};

enum { OPT_PER_CPU = OPT_OWN };

static const struct opt opts[] = {
	{ 'a', "all-cpus", NULL, "hardware events of all CPUs, not of the command alone" },
	{ 'd', "details", NULL, "all details (MSRs, registers, ports, leaves) of each reason" },
	{ 'I', "interval", "MS", "a report every MS milliseconds, from 10 on" },
	{ 'r', "repeat", "N", "run the command N times: mean and standard deviation" },
	{ 'p', "pid", "PID", "until the process PID ends" },
	{ 'e', "event", "EVENTS", "hardware and software events, with commas; or none" },
	{ OPT_PER_CPU, "per-cpu", NULL, "a line for each CPU" },
};

static void one_option(int opt, struct options *o)
{
	switch (opt) {
	case 'a':
		o->system = true;
		break;
	case 'd':
		o->details = true;
		break;
	case 'I':
		o->interval_ms = number_option(optarg, "-I", 10, 86400000);
		break;
	case 'r':
		o->repeat = number_option(optarg, "-r", 1, 1000000);
		break;
	case 'p':
		o->load.pid = (pid_t)number_option(optarg, "-p", 1, 4194304);
		break;
	case 'e':
		o->events = optarg;
		break;
	case OPT_PER_CPU:
		o->per_cpu = true;
		break;
	}
}

static void make_title(struct options *o)
{
	size_t at;
	char **arg;

	if (o->load.pid) {
		snprintf(o->title, sizeof(o->title), "process %d", o->load.pid);
	} else if (!o->load.argv) {
		snprintf(o->title, sizeof(o->title), "the time until the interrupt");
	} else {
		at = (size_t)snprintf(o->title, sizeof(o->title), "'%s", o->load.argv[0]);
		for (arg = o->load.argv + 1; *arg && at < sizeof(o->title); arg++)
			at += (size_t)snprintf(o->title + at, sizeof(o->title) - at, " %s", *arg);
		if (at + 1 >= sizeof(o->title))
			at = sizeof(o->title) - 5;
		snprintf(o->title + at, sizeof(o->title) - at,
			 at == sizeof(o->title) - 5 ? "...'" : "'");
	}
}

static void parse_options(const struct command *self, int argc, char **argv, struct options *o)
{
	int opt;

	while ((opt = next_option(self, argc, argv, &o->out)) != -1)
		one_option(opt, o);
	if (optind < argc)
		o->load.argv = argv + optind;
	if (o->load.argv && o->load.pid)
		die(ST_FAIL, "-p and a command exclude each other");
	if (o->repeat > 1 && !o->load.argv)
		die(ST_FAIL, "-r needs a command");
	if (o->repeat > 1 && o->interval_ms)
		die(ST_FAIL, "-r and -I exclude each other");
	if (!o->load.argv && !o->load.pid)
		o->system = true;
	make_title(o);
}

/* The window since st->before goes into the report; the next starts now. */
static void collect(struct state *st, struct snapshot *d)
{
	struct report *r = &st->report;
	struct snapshot now = { 0 };

	perf_collect(&st->perf);
	snapshot_take(&st->family, &now, report_want(), r->window.per_cpu);
	snapshot_diff(&st->before, &now, d);
	report_add(r, d);
	r->time = (double)(now.ns - st->start_ns) / NSEC_PER_SEC;
	snapshot_free(&st->before);
	st->before = now;
}

static void print(struct state *st, const struct snapshot *d)
{
	st->report.last = d;
	st->report.perf = &st->perf;
	st->report.status = st->opt->load.status;
	report_print(&st->opt->out, &st->report);
}

/* One window after the other, until the workload is over. */
static void intervals(struct state *st)
{
	u64 step = st->opt->interval_ms * 1000000, next = st->before.ns + step;
	struct snapshot d;
	enum wake wake;

	st->report.first = true;
	do {
		wake = workload_wait(&st->opt->load, next);
		collect(st, &d);
		print(st, &d);
		snapshot_free(&d);
		st->report.first = false;
		report_reset(&st->report);
		perf_clear(&st->perf);
		next += step;
		if (next < now_ns())
			next = now_ns() + step;
	} while (wake == WAKE_TIME);
}

static void one_run(struct state *st, struct snapshot *d)
{
	struct options *o = st->opt;

	workload_prepare(&o->load);
	perf_start(&st->perf, o->system ? PERF_SYSTEM : o->load.pid ? PERF_PROCESS : PERF_CHILD,
		   o->load.pid ? o->load.pid : o->load.child);
	snapshot_take(&st->family, &st->before, report_want(), o->per_cpu);
	st->start_ns = st->before.ns;
	workload_go(&o->load);
	if (o->interval_ms) {
		intervals(st);
	} else {
		workload_wait(&o->load, 0);
		collect(st, d);
	}
	perf_stop(&st->perf);
	snapshot_free(&st->before);
}

static void state_free(struct state *st)
{
	report_reset(&st->report);
	free(st->perf.events.v);
	family_close(&st->family);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options o = { .repeat = 1 };
	struct state st = { .opt = &o };
	struct snapshot d = { 0 };
	u64 i;

	parse_options(self, argc, argv, &o);
	perf_choose(&st.perf, o.events);
	family_need(&st.family);
	out_open(&o.out, stderr);
	st.report.title = o.title;
	st.report.details = o.details;
	st.report.window.per_cpu = o.per_cpu;
	st.report.system = o.system;
	st.report.ran = o.load.argv;
	st.report.interval = o.interval_ms;
	for (i = 0; i < o.repeat; i++) {
		snapshot_free(&d);
		one_run(&st, &d);
		/* Ctrl-C ends the series, as it ended the command. */
		if (o.load.status >= 128)
			break;
	}
	if (!o.interval_ms)
		print(&st, &d);
	snapshot_free(&d);
	state_free(&st);
	out_close(&o.out);
	return o.load.status;
}

const struct command cmd_stat = {
	.name = "stat",
	.run = run,
	.summary = "count the exits of a command, a process or a stretch of time",
	.args = "[-p PID | [--] COMMAND...]",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.words = true,
	.more =
		"Without a command or a process it counts until Ctrl-C. The report goes to standard\n"
		"error, so that standard output is the command's. Exits are always those of the whole\n"
		"guest. The exit status is the command's. cvmstat(8) lists the EVENTS.",
	.example = "cvmstat stat -d -- dd if=/dev/vda of=/dev/null bs=1M count=32 iflag=direct",
};
