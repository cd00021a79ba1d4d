// SPDX-License-Identifier: GPL-2.0
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/version.h"
#include "counts/diff.h"
#include "counts/keep.h"
#include "guest/about.h"
#include "guest/probe.h"
#include "guest/workload.h"
#include "names/names.h"
#include "names/place.h"
#include "record/fill.h"
#include "record/output.h"
#include "record/recorder.h"
#include "wire/split.h"
#include "wire/take.h"

/* From the request to end to the kill. */
#define GRACE_NS (5 * NSEC_PER_SEC)

#define WANTED \
	(WANT_BASICS | WANT(COUNTS) | WANT(DETAILS) | WANT(BOUNCES) | WANT(IDLE) | WANT(HISTS))

/**
 * struct recorder - what lives through all runs
 * @counting: the module is there
 * @series: their UUID
 * @before: the start of the window
 * @split: what of it is the command's
 * @system: counters of the kernel then
 * @start_ns: the moment, for a window that the module does not count
 */
struct recorder {
	const struct recipe *recipe;
	struct family family;
	bool counting;
	char series[UUID_BYTES];
	struct workload load;
	struct perf perf;
	struct snapshot before;
	struct split split;
	struct reading_vec system;
	u64 start_ns;
};

/* Say why a run is none. */
static int say_failed(const char *what, int status, const char *output)
{
	output_show_end(output);
	warn("%s failed with status %d", what, status);
	return status;
}

/* A command of the shell, beside what is measured. */
static int shell(struct recorder *rec, const char *what, const char *command)
{
	struct workload load = { .signals = rec->load.signals };
	char *argv[4] = { NULL }, *text;
	size_t size;

	if (!command)
		return 0;
	argv[0] = (char *)"sh";
	argv[1] = (char *)"-c";
	argv[2] = (char *)command;
	load.argv = argv;
	load.output = output_open();
	workload_prepare(&load);
	workload_go(&load);
	workload_wait(&load, 0);
	rec->load.signals = load.signals;
	text = output_read(load.output, &size);
	if (load.status)
		say_failed(what, load.status, text);
	free(text);
	close(load.output);
	return load.status;
}

static u32 wanted(const struct recorder *rec)
{
	return WANTED | split_want(&rec->split);
}

static void window_begin(struct recorder *rec)
{
	system_read(&rec->system);
	perf_collect(&rec->perf);
	perf_clear(&rec->perf);
	perf_collect(&rec->split.events);
	perf_clear(&rec->split.events);
	if (rec->counting)
		snapshot_take(&rec->family, &rec->before, wanted(rec), false);
	else
		rec->start_ns = stamp_ns();
}

/* What was counted most closely is read first. */
static void window_end(struct recorder *rec, struct run *r)
{
	struct reading_vec system = { 0 };
	struct snapshot after = { 0 }, d;

	perf_collect(&rec->split.events);
	if (rec->counting) {
		snapshot_take(&rec->family, &after, wanted(rec), false);
		snapshot_diff(&rec->before, &after, &d);
		if (rec->split.whose)
			split_apply(&rec->split, &d);
		details_complete(&d);
		place_refresh();
		fill_snapshot(r, &d);
		snapshot_free(&d);
		snapshot_free(&after);
		snapshot_free(&rec->before);
	} else {
		r->ns = stamp_ns() - rec->start_ns;
	}
	perf_collect(&rec->perf);
	system_read(&system);
	system_since(&rec->system, &system);
	fill_perf(r, &rec->perf);
	fill_system(r, &system);
	free(system.v);
	free(rec->system.v);
	rec->system = (struct reading_vec){ 0 };
}

/* What is told without the module, and must not be in the window. */
static void describe(struct recorder *rec, struct run *r)
{
	const struct recipe *recipe = rec->recipe;
	struct setting_vec settings = { 0 };
	char text[256];
	size_t i;

	run_new_uuid(r->uuid);
	snprintf(r->series, sizeof(r->series), "%s", rec->series);
	about_boot_id(r->boot_id, sizeof(r->boot_id));
	r->name = recipe->name;
	r->version = CVMSTAT_VERSION;
	r->per = recipe->per;
	r->cpus = (u32)sysconf(_SC_NPROCESSORS_ONLN);
	for (i = 0; i < recipe->tags.n; i++)
		run_tag(r, recipe->tags.v[i].key, recipe->tags.v[i].value);
	fill_command(r, recipe->argv);
	if (sys_line(text, sizeof(text), "/proc/sys/kernel/osrelease"))
		r->kernel = pool_text(&r->texts, text);
	if (!probe_platform(text, sizeof(text)))
		r->platform = "none";
	settings_read(&settings, rec->before.info.platform);
	about_read(&settings);
	about_program(&settings, recipe->argv[0]);
	*setting_push(&settings) = (struct setting){ "machine", xstrdup(text), "of its CPU" };
	fill_settings(r, &settings);
	settings_free(&settings);
}

/* The platform decides what settings mean; it is asked for without a window. */
static void learn_platform(struct recorder *rec)
{
	if (rec->counting)
		snapshot_take(&rec->family, &rec->before, WANT(INFO), false);
}

static bool end_late(struct recorder *rec)
{
	u64 timeout_ns = rec->recipe->timeout_s * NSEC_PER_SEC;

	if (workload_wait(&rec->load, timeout_ns ? now_ns() + timeout_ns : 0) == WAKE_DONE)
		return false;
	workload_signal(&rec->load, SIGTERM);
	if (workload_wait(&rec->load, now_ns() + GRACE_NS) != WAKE_DONE) {
		workload_signal(&rec->load, SIGKILL);
		workload_wait(&rec->load, 0);
	}
	warn("the run took longer than %llu s", rec->recipe->timeout_s);
	return true;
}

/* Return: false if the command ended before the window began. */
static bool start(struct recorder *rec, struct run *r)
{
	u64 delay_ns = rec->recipe->delay_ms * 1000000;

	if (delay_ns) {
		workload_go(&rec->load);
		if (workload_wait(&rec->load, now_ns() + delay_ns) == WAKE_DONE) {
			warn("the command ended before the window began (-D %llu)",
			     rec->recipe->delay_ms);
			return false;
		}
	}
	r->started_utc_ns = wall_ns();
	r->started_ns = boot_ns();
	window_begin(rec);
	if (!delay_ns)
		workload_go(&rec->load);
	return true;
}

static int find_figures(const struct recipe *recipe, struct run *r, const char *output)
{
	const struct metric *m;
	struct run_figure *f;
	double value;

	for (m = recipe->metrics.v; m < recipe->metrics.v + recipe->metrics.n; m++) {
		if (!metric_find(m, output, &value)) {
			output_show_end(output);
			warn("the output has no %s", m->name);
			return ST_FAIL;
		}
		f = run_figure_push(&r->figures);
		*f = (struct run_figure){ m->name, m->unit, m->better, value };
	}
	if (recipe->per && run_figure_find(r, recipe->per)->value <= 0) {
		warn("there were no operations: %s is 0", recipe->per);
		return ST_FAIL;
	}
	return 0;
}

/* Return: what is wrong with the run, or 0. */
static int one_run(struct recorder *rec, struct run *r)
{
	struct workload *load = &rec->load;
	bool late = false, begun;
	char *text;
	size_t size;
	int rc;

	learn_platform(rec);
	describe(rec, r);
	load->output = output_open();
	workload_prepare(load);
	perf_start(&rec->perf, PERF_CHILD, load->child);
	split_start(&rec->split, PERF_CHILD, load->child);
	begun = start(rec, r);
	if (begun) {
		late = end_late(rec);
		window_end(rec, r);
	}
	perf_stop(&rec->perf);
	perf_stop(&rec->split.events);
	r->status = load->status;
	text = output_read(load->output, &size);
	output_keep(r, text, size);
	rc = load->status ? say_failed("the command", load->status, text) : !begun ? ST_FAIL : 0;
	/* What it printed before it failed may have figures all the same. */
	if (begun && (!rc || rec->recipe->ignore_failures))
		rc = find_figures(rec->recipe, r, text) ?: rc;
	free(text);
	close(load->output);
	return late && !rc ? ST_FAIL : rc;
}

/* Return: what is wrong with the run, or 0. */
static int prepared_run(struct recorder *rec, struct run *r)
{
	return shell(rec, "--prepare", rec->recipe->prepare) ?: one_run(rec, r);
}

/* Somebody asked for the end, or a run cannot be kept: whatever is ignored. */
static bool must_end(const struct recorder *rec, const struct run *r, int rc)
{
	const struct recipe *recipe = rec->recipe;

	return rc && (!recipe->ignore_failures || !r->ns || rec->load.stopped ||
		      (recipe->per && !run_figure_find(r, recipe->per)));
}

static int all_runs(struct recorder *rec, struct store *store,
		    void (*kept)(const struct run *r, void *to), void *to)
{
	const struct recipe *recipe = rec->recipe;
	struct run r = { 0 };
	int rc, status = 0;
	u64 i;

	for (i = 0; i < recipe->warmups + recipe->runs; i++) {
		rc = prepared_run(rec, &r);
		if (must_end(rec, &r, rc)) {
			run_free(&r);
			return rc;
		}
		status = rc ?: status;
		if (i >= recipe->warmups) {
			r.number = (u32)(i - recipe->warmups + 1);
			store_save(store, &r);
			kept(&r, to);
		}
		run_free(&r);
	}
	return status;
}

int record(const struct recipe *recipe, struct store *store,
	   void (*kept)(const struct run *r, void *to), void *to)
{
	struct recorder rec = {
		.recipe = recipe, .load.argv = recipe->argv, .split.cgroup = -1,
	};
	int status;

	rec.counting = family_open(&rec.family);
	if (!rec.counting && rec.family.failure != FAIL_NO_MODULE)
		family_die(&rec.family);
	if (!rec.counting)
		warn("the module is not loaded: times and figures are recorded, no exits");
	perf_choose(&rec.perf, recipe->events);
	if (rec.counting && !recipe->no_split)
		split_choose(&rec.split, &rec.family, "command");
	/* Names that cost exits: none of them is in a window. */
	details_learn();
	run_new_uuid(rec.series);
	status = shell(&rec, "--setup", recipe->setup);
	if (!status)
		status = all_runs(&rec, store, kept, to);
	status = shell(&rec, "--cleanup", recipe->cleanup) ?: status;
	snapshot_free(&rec.before);
	perf_free(&rec.perf);
	split_free(&rec.split);
	family_close(&rec.family);
	return status;
}
