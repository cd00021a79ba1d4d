// SPDX-License-Identifier: GPL-2.0
/* cvmstat bench: what each kind of exit costs, one operation after the other. */
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/bench.h"
#include "commands/command.h"
#include "counts/keep.h"

#define ITERATIONS 1000
#define WARM_UP 20

struct options {
	struct out out;
	bool list;
	bool force;
	bool no_twins;
	bool progress;
	u64 iterations;
	u32 cpu;
	char *only;
	const char *baseline;
};

enum {
	OPT_LIST = OPT_OWN,
	OPT_ONLY,
	OPT_CPU,
	OPT_BASELINE,
	OPT_FORCE,
	OPT_NO_TWINS,
};

static const struct opt opts[] = {
	{ OPT_LIST, "list", NULL, "the operations that are possible here" },
	{ OPT_ONLY, "only", "NAME,...", "only these, in this order" },
	{ 'n', "iterations", "N", "how often each is run, instead of 1000" },
	{ OPT_CPU, "cpu", "N", "run on this CPU, instead of the present one" },
	{ OPT_BASELINE, "baseline", "FILE", "set beside a report of bench --json -o FILE" },
	{ OPT_NO_TWINS, "no-twins", NULL, "do not tell what of an operation is its exit" },
	{ OPT_FORCE, "force", NULL, "measure though the kernel does not trust the TSC" },
};

static void one_option(int opt, struct options *o)
{
	switch (opt) {
	case OPT_LIST:
		o->list = true;
		break;
	case OPT_ONLY:
		o->only = optarg;
		break;
	case 'n':
		o->iterations = number_option(optarg, "--iterations", 1,
					      CVMSTAT_BENCH_MAX_ITERATIONS);
		break;
	case OPT_CPU:
		o->cpu = (u32)number_option(optarg, "--cpu", 0, 1000000);
		break;
	case OPT_BASELINE:
		o->baseline = optarg;
		break;
	case OPT_NO_TWINS:
		o->no_twins = true;
		break;
	case OPT_FORCE:
		o->force = true;
		break;
	}
}

static void parse_options(const struct command *self, int argc, char **argv, struct options *o)
{
	int opt, cpu = sched_getcpu();

	o->cpu = cpu > 0 ? (u32)cpu : 0;
	while ((opt = next_option(self, argc, argv, &o->out)) != -1)
		one_option(opt, o);
	no_arguments(argc, argv);
	o->progress = isatty(STDERR_FILENO);
}

static struct bench_trigger *find(const struct bench_trigger_vec *all, const char *name)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (streq(all->v[i].name, name))
			return &all->v[i];
	return NULL;
}

/* The triggers of --only, which must be possible, or all that are. */
static void choose(const struct bench_trigger_vec *all, struct options *o, const char *no_kernel,
		   struct bench_result_vec *results)
{
	char *rest = o->only, *name;
	struct bench_trigger *t;
	size_t i;

	for (i = 0; !o->only && i < all->n; i++)
		if (!all->v[i].why_not[0])
			bench_result_push(results)->trigger = &all->v[i];
	while ((name = strsep(&rest, ","))) {
		t = find(all, name);
		if (!t)
			die(ST_FAIL, "no operation '%s'%s%s; cvmstat bench --list shows them", name,
			    no_kernel[0] ? ": " : "", no_kernel);
		if (t->why_not[0])
			die(ST_FAIL, "%s is not possible here: %s", name, t->why_not);
		bench_result_push(results)->trigger = t;
	}
}

static void progress(const struct options *o, size_t i, size_t n, const char *name)
{
	if (!o->progress)
		return;
	if (name)
		fprintf(stderr, "\r%zu of %zu: %s\033[K", i + 1, n, name);
	else
		fputs("\r\033[K", stderr);
}

static void run_one(struct bench_machine *m, const struct options *o, struct bench_result *r)
{
	const struct bench_trigger *t = r->trigger;
	u64 most = t->max_iterations;
	struct bench_run like;

	r->run.machine = m;
	r->run.iterations = (u32)(o->iterations < most ? o->iterations : most);
	r->run.warm_up = WARM_UP;
	like = r->run;
	bench_times(t, &r->run, &r->stats);
	/* Without a confidential guest what is counted is only what idles. */
	if (!m->counting)
		r->run.counted = false;
	if (t->flags & CVMSTAT_BENCH_DIRECT && !o->no_twins && !r->run.problem[0])
		bench_twins_run(t, &like, &r->twins);
}

static void run_all(struct options *o, struct bench_machine *m, struct bench_result_vec *results)
{
	size_t i;

	bench_machine_start(m);
	for (i = 0; i < results->n; i++) {
		progress(o, i, results->n, results->v[i].trigger->name);
		run_one(m, o, &results->v[i]);
	}
	progress(o, 0, 0, NULL);
	bench_machine_stop(m);
}

/* Cycles of a TSC that the kernel has given up are cycles of nothing. */
static void check_clock(const struct bench_machine *m, const struct options *o)
{
	if (m->tsc_unstable && !o->force)
		die(ST_FAIL,
		    "the kernel does not trust the TSC (clocksource %s): times would mean nothing; --force measures all the same",
		    m->clocksource);
}

static void bench(struct options *o, struct bench_machine *m, const struct bench_trigger_vec *all,
		  const char *no_kernel)
{
	struct bench_baseline baseline = { 0 };
	struct bench_result_vec results = { 0 };

	check_clock(m, o);
	if (o->baseline)
		bench_baseline_read(o->baseline, &baseline);
	choose(all, o, no_kernel, &results);
	run_all(o, m, &results);
	bench_show(&o->out, m, &results, o->baseline ? &baseline : NULL);
	free(baseline.old.v);
	free(results.v);
	snapshot_free(&m->during);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options o = { .iterations = ITERATIONS };
	struct bench_machine m = { .platform = PLATFORM_UNKNOWN };
	struct bench_trigger_vec all = { 0 };
	char no_kernel[128] = "";

	parse_options(self, argc, argv, &o);
	bench_stay_on(o.cpu);
	bench_kernel_open(&m, no_kernel, sizeof(no_kernel));
	bench_machine_find(&m, o.cpu);
	bench_user_triggers(&m, &all);
	if (!no_kernel[0])
		bench_kernel_triggers(&all);
	out_open(&o.out, stdout);
	if (o.list) {
		bench_show_list(&o.out, &m, &all, no_kernel);
	} else {
		if (no_kernel[0])
			warn("no operations in kernel mode: %s", no_kernel);
		bench(&o, &m, &all, no_kernel);
	}
	free(all.v);
	family_close(&m.family);
	out_close(&o.out);
	return ST_OK;
}

const struct command cmd_bench = {
	.name = "bench",
	.run = run,
	.summary = "what each kind of exit costs, one operation after the other",
	.args = "",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.more = "Operations in kernel mode need the module cvmstat_bench (modprobe cvmstat_bench).",
	.example = "cvmstat bench --only cpuid-host,hlt-timer",
};
