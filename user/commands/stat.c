// SPDX-License-Identifier: GPL-2.0
/* cvmstat stat: what a workload, or a stretch of time, cost in exits. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "commands/command.h"
#include "commands/which.h"
#include "counts/diff.h"
#include "counts/keep.h"
#include "counts/times.h"
#include "guest/probe.h"
#include "guest/whose.h"
#include "guest/workload.h"
#include "names/names.h"
#include "names/place.h"
#include "names/purpose.h"
#include "report/print.h"
#include "wire/changes.h"
#include "wire/split.h"
#include "wire/take.h"

struct options {
	struct out out;
	bool system;
	bool verbose;
	bool details;
	struct which which;
	bool by_purpose;
	bool since_load;
	bool no_split;
	u64 interval_ms;
	u64 repeat;
	bool ignore_failures;
	const char *events;
	const char *cgroup;
	struct workload load;
	char title[160];
};

/* What lives through the runs of one invocation. */
struct state {
	struct family family;
	struct options *opt;
	struct perf perf;
	struct split split;
	struct changes changes;
	bool timed;
	struct report report;
	struct snapshot before;
	u64 start_ns;
};

enum { OPT_PER_CPU = OPT_OWN, OPT_PER_NODE, OPT_BY, OPT_NO_SPLIT, OPT_SINCE_LOAD };

static const struct opt opts[] = {
	{ 'a', "all-cpus", NULL, "hardware events of all CPUs, not of the command alone" },
	{ 'v', "verbose", NULL, "also the hooks, what cannot be counted, and what has no counter" },
	{ 'd', "details", NULL, "all details (MSRs, registers, ports, leaves) of each reason" },
	{ 'I', "interval", "MS", "a report every MS milliseconds, from 10 on" },
	{ 'r', "repeat", "N", "run the command N times: mean and standard deviation" },
	{ 'i', "ignore-failures", NULL, "with -r, a run that fails counts as any other" },
	{ 'p', "pid", "PID", "until the process PID ends" },
	{ 'G', "cgroup", "NAME", "what of the exits the tasks of this control group make" },
	{ 'e', "event", "EVENTS", "hardware and software events, with commas; or none" },
	{ 'C', "cpu", "LIST", "exits on these CPUs alone, such as 0-3,8" },
	{ OPT_PER_CPU, "per-cpu", NULL, "how they are spread over CPUs; all rows in CSV and JSON" },
	{ OPT_PER_NODE, "per-node", NULL, "a line for each NUMA node" },
	{ OPT_BY, "by", "WHAT", "a line for each reason, or for each purpose" },
	{ OPT_NO_SPLIT, "no-split", NULL, "do not tell what of the exits is the command's" },
	{ OPT_SINCE_LOAD, "since-load", NULL, "all since the module was loaded, at once" },
};

static void one_option(int opt, struct options *o)
{
	switch (opt) {
	case 'a':
		o->system = true;
		break;
	case 'v':
		o->verbose = true;
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
	case 'i':
		o->ignore_failures = true;
		break;
	case 'p':
		o->load.pid = pid_option(optarg);
		break;
	case 'G':
		o->cgroup = optarg;
		if (!*optarg)
			die(ST_FAIL, "-G needs the name of a control group, such as system.slice");
		break;
	case 'e':
		o->events = optarg;
		break;
	case 'C':
		o->which.list = optarg;
		break;
	case OPT_PER_CPU:
		o->which.per_cpu = true;
		break;
	case OPT_PER_NODE:
		o->which.per_node = true;
		break;
	case OPT_BY:
		o->by_purpose = streq(optarg, "purpose");
		if (!o->by_purpose && !streq(optarg, "reason"))
			die(ST_FAIL, "--by needs reason or purpose, not '%s'", optarg);
		break;
	case OPT_NO_SPLIT:
		o->no_split = true;
		break;
	case OPT_SINCE_LOAD:
		o->since_load = true;
		break;
	}
}

static void make_title(struct options *o)
{
	if (o->since_load)
		snprintf(o->title, sizeof(o->title), "the time since the module's load");
	else
		workload_title(&o->load, o->title, sizeof(o->title));
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
	if (o->cgroup && which_asks_cpus(&o->which))
		die(ST_FAIL, "-G excludes -C, --per-cpu and --per-node");
	if (o->cgroup && o->no_split)
		die(ST_FAIL, "-G and --no-split exclude each other");
	if (o->which.per_cpu && o->which.per_node)
		die(ST_FAIL, "--per-cpu and --per-node exclude each other");
	if (o->ignore_failures && o->repeat < 2)
		die(ST_FAIL, "-i needs -r");
	if (o->since_load && (o->load.argv || o->load.pid || o->interval_ms || o->events ||
			      o->cgroup))
		die(ST_FAIL, "--since-load excludes a command, -p, -G, -I and -e");
	if (!o->load.argv && !o->load.pid)
		o->system = true;
	make_title(o);
}

/* Times are many figures: they are asked for where they are kept. */
static void take(struct state *st, struct snapshot *s)
{
	bool cpus = which_asks_cpus(&st->opt->which);

	snapshot_take(&st->family, s, report_want(st->timed) | split_want(&st->split), cpus);
	if (!s->config.latency || st->timed)
		return;
	st->timed = true;
	snapshot_take(&st->family, s, report_want(st->timed) | split_want(&st->split), cpus);
}

/* What happened between two snapshots, as it was chosen to be looked at. */
static void difference(struct state *st, struct snapshot *now, struct snapshot *d)
{
	utc_text(wall_ns(), st->report.utc, sizeof(st->report.utc));
	snapshot_diff(&st->before, now, d);
	changes_take(&st->changes, d);
	which_apply(&st->opt->which, d);
	if (st->timed)
		counts_time(d);
	if (st->split.whose)
		split_apply(&st->split, d);
	details_complete(d);
	purposes_add_up(d);
}

/* The window since st->before goes into the report; the next starts now. */
static void collect(struct state *st, struct snapshot *d)
{
	struct report *r = &st->report;
	struct snapshot now = { 0 };

	perf_collect(&st->perf);
	perf_collect(&st->split.events);
	take(st, &now);
	difference(st, &now, d);
	r->status = st->opt->load.status;
	report_add(r, d);
	r->time = (double)(now.ns - st->start_ns) / NSEC_PER_SEC;
	snapshot_free(&st->before);
	st->before = now;
}

static void print(struct state *st, const struct snapshot *d)
{
	place_refresh();
	st->report.last = d;
	st->report.perf = &st->perf;
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
		split_next(&st->split);
		next += step;
		if (next < now_ns())
			next = now_ns() + step;
	} while (wake == WAKE_TIME);
}

/* Of several runs one that failed is none, unless it is to be. */
static bool is_a_run(const struct options *o)
{
	return o->repeat == 1 || !o->load.status || (o->ignore_failures && !o->load.stopped);
}

/* Where control groups are fresh, they lack what is counted by them. */
static void no_cgroup_die(const struct state *st) __noreturn;
static void no_cgroup_die(const struct state *st)
{
	const struct counter *failed = st->split.failed;

	if (failed && failed->error == ENOENT)
		die(ST_FAIL,
		    "-G %s: nothing is counted by this control group yet: enable any controller in cgroup.subtree_control of the one above",
		    st->opt->cgroup);
	die(ST_FAIL, "-G %s: %s", st->opt->cgroup,
	    failed ? perf_problem(failed) : "there is nothing to count");
}

/*
 * Return: whether the run is in the report; then @d, freed before, is the
 * difference.
 */
static bool one_run(struct state *st, struct snapshot *d)
{
	struct options *o = st->opt;
	pid_t pid;
	bool taken;

	workload_prepare(&o->load);
	pid = o->load.pid ? o->load.pid : o->load.child;
	perf_start(&st->perf, o->system ? PERF_SYSTEM : o->load.pid ? PERF_PROCESS : PERF_CHILD,
		   pid);
	if (!split_start(&st->split, o->load.pid ? PERF_PROCESS : PERF_CHILD, pid) && o->cgroup)
		no_cgroup_die(st);
	take(st, &st->before);
	if (o->load.pid || o->cgroup)
		split_began(&st->split);
	if (!st->start_ns)
		st->start_ns = st->before.ns;
	workload_go(&o->load);
	if (o->interval_ms) {
		intervals(st);
		taken = true;
	} else {
		workload_wait(&o->load, 0);
		taken = is_a_run(o);
		if (taken) {
			snapshot_free(d);
			collect(st, d);
		}
	}
	perf_stop(&st->perf);
	perf_stop(&st->split.events);
	snapshot_free(&st->before);
	return taken;
}

/* What there is to say of the run that ended a series. */
static void series_ended(struct state *st, u64 run)
{
	const struct options *o = st->opt;
	char *why = st->report.series_note;

	snprintf(why, sizeof(st->report.series_note),
		 "run %llu of %llu %s status %d: it is not in the figures%s",
		 run, o->repeat, o->load.stopped ? "was interrupted, with" : "failed with",
		 o->load.status, o->load.stopped ? "" : " (-i takes it for one)");
	warn("%s", why);
}

static void some_failed(struct report *r, u64 failed)
{
	if (failed)
		snprintf(r->series_note, sizeof(r->series_note),
			 "%llu of %zu runs failed, and are in the figures", failed, r->runs.n);
}

/* Return: the status of the last run that failed, or 0. */
static int all_runs(struct state *st, struct snapshot *d)
{
	const struct workload *load = &st->opt->load;
	u64 i, failed = 0;
	int status = 0;

	for (i = 0; i < st->opt->repeat && !load->stopped; i++) {
		if (!one_run(st, d)) {
			series_ended(st, i + 1);
			return load->status;
		}
		failed += load->status != 0;
		status = load->status ?: status;
	}
	if (st->opt->repeat > 1)
		some_failed(&st->report, failed);
	return status;
}

/* The one window whose start nobody saw: every counter was zero. */
static void since_load(struct state *st, struct snapshot *d)
{
	struct snapshot now = { 0 };
	struct report *r = &st->report;

	take(st, &now);
	st->before.info = now.info;
	st->before.config = now.config;
	difference(st, &now, d);
	if (now.info.has & BIT(CVMSTAT_A_INFO_COUNTING_BEGAN))
		r->began = (double)now.info.counting_began / NSEC_PER_SEC;
	r->time = (double)boot_ns() / NSEC_PER_SEC - r->began;
	report_add(r, d);
	r->window.seconds = r->time;
	r->runs.v[0].seconds = r->time;
	snapshot_free(&now);
}

/* A report of some CPUs, or of each, is not one of tasks. */
static void choose_split(struct state *st)
{
	const struct options *o = st->opt;
	const char *whose = o->cgroup ? "cgroup" : o->load.pid ? "process" : "command";
	struct split *s = &st->split;

	s->cgroup = -1;
	if (!o->load.argv && !o->load.pid && !o->cgroup)
		return;
	if (o->no_split || which_asks_cpus(&o->which))
		return;
	if (!split_choose(s, &st->family, whose) && o->cgroup)
		die(ST_NOMODULE, "-G: the loaded module has no PMU, which tells exits by task");
	if (o->cgroup) {
		s->cgroup = whose_cgroup(o->cgroup);
		if (s->cgroup < 0)
			die(ST_FAIL, "-G %s: %s", o->cgroup, strerror(errno));
		s->with_idle = whose_all(s->cgroup);
	}
	st->report.window.whose = s->whose;
	st->report.split = s;
}

static void state_free(struct state *st)
{
	split_free(&st->split);
	report_reset(&st->report);
	free(st->report.runs.v);
	perf_free(&st->perf);
	changes_end(&st->changes);
	family_close(&st->family);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options o = { .repeat = 1 };
	struct state st = { .opt = &o };
	struct snapshot d = { 0 };
	int status = ST_OK;

	parse_options(self, argc, argv, &o);
	perf_choose(&st.perf, o.since_load ? "none" : o.events);
	which_learn(&o.which);
	family_need(&st.family);
	o.out.stream = o.interval_ms;
	out_open(&o.out, stderr);
	/* Names that cost exits: none of them is in a window. */
	details_learn();
	st.report.own_cpus = probe_realtime_hint();
	choose_split(&st);
	changes_begin(&st.changes);
	st.split.heard = st.changes.heard;
	st.report.title = o.title;
	st.report.verbose = o.verbose;
	st.report.events_asked = o.events;
	st.report.details = o.details;
	st.report.by_purpose = o.by_purpose;
	st.report.window.per_cpu = o.which.per_cpu || o.which.per_node;
	st.report.window.per_node = o.which.per_node;
	st.report.cpus = &o.which.cpus;
	st.report.chosen = o.which.list;
	st.report.system = o.system;
	st.report.ran = o.load.argv;
	st.report.interval = o.interval_ms;
	st.report.window.counts.keep = o.repeat > 1;
	st.report.window.details.keep = o.repeat > 1;
	st.report.window.purposes.keep = o.repeat > 1;
	st.report.since_load = o.since_load;
	st.report.began = NAN;
	if (o.since_load)
		since_load(&st, &d);
	else
		status = all_runs(&st, &d);
	st.report.status = status;
	if (!o.interval_ms && st.report.runs.n)
		print(&st, &d);
	snapshot_free(&d);
	state_free(&st);
	which_free(&o.which);
	out_close(&o.out);
	return status;
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
