// SPDX-License-Identifier: GPL-2.0
/* cvmstat record: runs of a workload, kept for later. */
#include <stdlib.h>

#include "commands/command.h"
#include "record/recorder.h"
#include "runs/show.h"

/* What the runs are shown from when all are over. */
struct state {
	struct out *out;
	const struct recipe *recipe;
	struct run_vec runs;
};

struct options {
	struct out out;
	struct recipe recipe;
	const char *db;
	struct pool texts;
};

enum { OPT_SETUP = OPT_OWN, OPT_PREPARE, OPT_CLEANUP, OPT_TIMEOUT, OPT_METRIC, OPT_PER, OPT_DB,
	OPT_NO_SPLIT };

static const struct opt opts[] = {
	{ 'n', "name", "NAME", "what to call the runs; the command's name if not given" },
	{ 't', "tag", "KEY=VALUE", "a tag of the runs; any number of them" },
	{ 'r', "runs", "N", "runs that are kept; 1 if not given" },
	{ 'w', "warmup", "N", "runs before them that are not" },
	{ OPT_SETUP, "setup", "CMD", "shell command before the first run" },
	{ OPT_PREPARE, "prepare", "CMD", "shell command before each run" },
	{ OPT_CLEANUP, "cleanup", "CMD", "shell command after the last run" },
	{ 'D', "delay", "MS", "the window begins so long after the command" },
	{ OPT_TIMEOUT, "timeout", "S", "a run that takes longer fails" },
	{ 'i', "ignore-failures", NULL, "keep runs that fail, and go on" },
	{ OPT_METRIC, "metric", "SPEC", "a figure in the output, see below" },
	{ OPT_PER, "per", "NAME", "the figure that counts operations" },
	{ 'e', "event", "EVENTS", "hardware and software events, with commas; or none" },
	{ OPT_NO_SPLIT, "no-split", NULL, "do not tell what of the exits is the command's" },
	{ OPT_DB, "db", "FILE", "the database" },
};

static void add_tag(struct options *o, const char *text)
{
	const char *equals = strchr(text, '=');
	struct run_pair *p;

	if (!equals || equals == text || strchr(text, ','))
		die(ST_FAIL, "-t needs KEY=VALUE without commas, not '%s'", text);
	p = run_pair_push(&o->recipe.tags);
	p->key = pool_bytes(&o->texts, text, (size_t)(equals - text));
	p->value = equals + 1;
}

static void one_option(int opt, struct options *o)
{
	struct recipe *r = &o->recipe;

	switch (opt) {
	case 'n':
		r->name = optarg;
		break;
	case 't':
		add_tag(o, optarg);
		break;
	case 'r':
		r->runs = number_option(optarg, "-r", 1, 1000000);
		break;
	case 'w':
		r->warmups = number_option(optarg, "-w", 0, 1000000);
		break;
	case OPT_SETUP:
		r->setup = optarg;
		break;
	case OPT_PREPARE:
		r->prepare = optarg;
		break;
	case OPT_CLEANUP:
		r->cleanup = optarg;
		break;
	case 'D':
		r->delay_ms = number_option(optarg, "-D", 1, 86400000);
		break;
	case OPT_TIMEOUT:
		r->timeout_s = number_option(optarg, "--timeout", 1, 1000000);
		break;
	case 'i':
		r->ignore_failures = true;
		break;
	case OPT_METRIC:
		metric_parse(&r->metrics, optarg);
		break;
	case OPT_PER:
		r->per = optarg;
		break;
	case 'e':
		r->events = optarg;
		break;
	case OPT_NO_SPLIT:
		r->no_split = true;
		break;
	case OPT_DB:
		o->db = optarg;
		break;
	}
}

static void need_metric(const struct recipe *r)
{
	size_t i;

	for (i = 0; r->per && i < r->metrics.n; i++)
		if (streq(r->metrics.v[i].name, r->per))
			return;
	if (r->per)
		die(ST_FAIL, "--per %s: no --metric has this name", r->per);
}

static void parse_options(const struct command *self, int argc, char **argv, struct options *o)
{
	const char *base;
	int opt;

	while ((opt = next_option(self, argc, argv, &o->out)) != -1)
		one_option(opt, o);
	if (optind == argc)
		die(ST_FAIL, "what is to be run? See cvmstat help record");
	o->recipe.argv = argv + optind;
	base = strrchr(argv[optind], '/');
	if (!o->recipe.name)
		o->recipe.name = base ? base + 1 : argv[optind];
	if (!*o->recipe.name || strpbrk(o->recipe.name, ",="))
		die(ST_FAIL, "-n needs a name without commas and equals signs");
	need_metric(&o->recipe);
}

/* A line as soon as the run is on the disk; the rest when all are. */
static void show_kept(const struct run *r, void *to)
{
	struct state *st = to;
	struct run *copy = run_push(&st->runs);
	char exits[64] = "exits not counted";
	size_t i;

	*copy = *r;
	copy->texts = (struct pool){ 0 };
	copy->tags = (struct run_pair_vec){ 0 };
	copy->settings = (struct run_pair_vec){ 0 };
	copy->counts = (struct run_count_vec){ 0 };
	copy->measures = (struct run_measure_vec){ 0 };
	copy->bins = (struct run_bin_vec){ 0 };
	copy->notes = (struct run_note_vec){ 0 };
	copy->figures = (struct run_figure_vec){ 0 };
	for (i = 0; i < r->figures.n; i++)
		*run_figure_push(&copy->figures) = r->figures.v[i];
	if (r->counted)
		snprintf(exits, sizeof(exits), "%llu exits", r->exits);
	out_line(st->out, "run %u of %llu: %.3f s, %s, kept as %s", r->number, st->recipe->runs,
		 (double)r->ns / NSEC_PER_SEC, exits, r->uuid);
	fflush(st->out->f);
}

static const struct column columns[] = {
	{ "run", NULL, IN_DATA, SHOW_PLAIN },
	{ "uuid", NULL, IN_DATA, SHOW_PLAIN },
	{ "seconds", NULL, IN_DATA, SHOW_PLAIN },
	{ "exit_status", NULL, IN_DATA, SHOW_PLAIN },
	{ "exits", NULL, IN_DATA, SHOW_PLAIN },
	{ "traps", NULL, IN_DATA, SHOW_PLAIN },
	{ "calls", NULL, IN_DATA, SHOW_PLAIN },
};

static void put_known(struct sheet *s, bool known, u64 val)
{
	if (known)
		put_u64(s, val);
	else
		put_none(s);
}

static void show(struct state *st, const struct store *store)
{
	struct sheet s = SHEET("runs", columns);
	struct out *o = st->out;
	const struct run *r;

	for (r = st->runs.v; r < st->runs.v + st->runs.n; r++) {
		put_u64(&s, r->number);
		put_string(&s, r->uuid);
		put_real(&s, (double)r->ns / NSEC_PER_SEC);
		put_u64(&s, (u64)r->status);
		put_known(&s, r->counted, r->exits);
		put_known(&s, r->counted, r->traps);
		put_known(&s, r->counted, r->calls);
	}
	out_begin(o, "record");
	out_string(o, "name", st->recipe->name);
	out_string(o, "database", store_path(store));
	out_sheet(o, &s, IN_DATA);
	out_line(o, "%s", "");
	figures_summary(o, &st->runs);
	out_line(o, "\n %zu run%s of %s in %s", st->runs.n, st->runs.n == 1 ? "" : "s",
		 st->recipe->name, store_path(store));
	out_end(o);
	sheet_free(&s);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options o = { .recipe.runs = 1 };
	struct state st = { .out = &o.out, .recipe = &o.recipe };
	struct store *store;
	int status;

	parse_options(self, argc, argv, &o);
	out_open(&o.out, stdout);
	store = store_open(o.db, OPEN_WRITE);
	status = record(&o.recipe, store, show_kept, &st);
	if (st.runs.n)
		show(&st, store);
	runs_free(&st.runs);
	store_close(store);
	metrics_free(&o.recipe.metrics);
	free(o.recipe.tags.v);
	pool_free(&o.texts);
	out_close(&o.out);
	return status;
}

const struct command cmd_record = {
	.name = "record",
	.run = run,
	.summary = "run a command some times, and keep what each run cost",
	.args = "[--] COMMAND...",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.words = true,
	.more =
		"The command has no terminal; what it prints is kept, up to 64 KiB of it, and searched\n"
		"for figures. SPEC is NAME[,UNIT][,higher|lower]=re:REGEX, for the last match of the\n"
		"first group, or =json:POINTER (RFC 6901). A run that fails ends the series and is not\n"
		"kept, unless -i. Without the module exits are unknown, and the rest is recorded.\n"
		"cvmstat runs lists what was kept.",
	.example = "cvmstat record -r 10 --metric 's,,lower=re:([0-9.]+) sec' -- ./workload",
};
