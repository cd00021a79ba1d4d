// SPDX-License-Identifier: GPL-2.0
/* cvmstat runs: what was recorded. */
#include <errno.h>
#include <stdlib.h>

#include "commands/command.h"
#include "runs/export.h"
#include "runs/import.h"
#include "runs/select.h"
#include "runs/show.h"

struct options {
	struct out out;
	const char *db;
	bool details;
	bool private;
	bool all;
};

enum { OPT_DB = OPT_OWN, OPT_PRIVATE, OPT_ALL };

static const struct opt opts[] = {
	{ 'd', "details", NULL, "show: all details, counters and settings" },
	{ OPT_PRIVATE, "private", NULL, "export: with what tells about people and machines" },
	{ OPT_ALL, "all", NULL, "remove: all runs, if no selector says which" },
	{ OPT_DB, "db", "FILE", "the database" },
};

static int do_list(struct options *o, char **words)
{
	struct store *s = store_open(o->db, OPEN_READ);
	struct run_vec runs = { 0 };

	select_runs(s, words, &runs);
	out_begin(&o->out, "runs");
	out_string(&o->out, "database", store_path(s));
	runs_list(&o->out, &runs);
	if (!runs.n)
		out_line(&o->out, " no runs in %s", store_path(s));
	out_end(&o->out);
	runs_free(&runs);
	store_close(s);
	return ST_OK;
}

static int do_show(struct options *o, char **words)
{
	struct store *s = store_open(o->db, OPEN_READ);
	struct run_vec runs = { 0 };

	if (o->out.format == OUT_CSV)
		die(ST_FAIL, "show has no --csv; cvmstat runs export has all as JSON");
	if (words[0] && words[1])
		die(ST_FAIL, "unexpected argument '%s': show shows one run", words[1]);
	select_one(s, words[0], &runs);
	store_load(s, &runs, LOAD_ALL & ~LOAD_PAIRS);
	if (o->out.format == OUT_JSON)
		run_export(&o->out, &runs.v[0], true);
	else
		run_show(&o->out, &runs.v[0], o->details);
	runs_free(&runs);
	store_close(s);
	return ST_OK;
}

static int do_remove(struct options *o, char **words)
{
	struct store *s = store_open(o->db, OPEN_READ);
	struct run_vec runs = { 0 };

	if (!words[0] && !o->all)
		die(ST_FAIL, "which runs are to be removed? --all are all");
	select_runs(s, words, &runs);
	store_remove(s, &runs);
	out_begin(&o->out, "runs");
	out_u64(&o->out, "removed", runs.n);
	out_line(&o->out, " %zu run%s removed from %s", runs.n, runs.n == 1 ? "" : "s",
		 store_path(s));
	out_end(&o->out);
	runs_free(&runs);
	store_close(s);
	return ST_OK;
}

/* One run at a time is in memory. */
static int do_export(struct options *o, char **words)
{
	struct store *s = store_open(o->db, OPEN_READ);
	unsigned int what = LOAD_ALL & ~LOAD_PAIRS;
	struct run_vec runs = { 0 }, one;
	size_t i;

	if (!o->private)
		what &= ~LOAD_OUTPUT;
	o->out.format = OUT_JSON;
	select_runs(s, words, &runs);
	for (i = 0; i < runs.n; i++) {
		one = (struct run_vec){ .v = &runs.v[i], .n = 1 };
		store_load(s, &one, what);
		run_export(&o->out, &runs.v[i], o->private);
	}
	runs_free(&runs);
	store_close(s);
	return ST_OK;
}

static void import_line(struct store *s, const char *line, const char *path, u64 number,
			u64 counts[2])
{
	struct run r = { 0 };
	char why[128];

	if (!run_import(&r, line, why, sizeof(why)))
		die(ST_FAIL, "%s, line %llu: %s; those before it are imported", path, number, why);
	counts[!store_save(s, &r)]++;
	run_free(&r);
}

static int do_import(struct options *o, char **words)
{
	struct store *s = store_open(o->db, OPEN_WRITE);
	u64 counts[2] = { 0 }, number = 0;
	char *line = NULL;
	size_t cap = 0;
	FILE *f;

	if (!words[0] || words[1])
		die(ST_FAIL, "import needs one FILE; - is standard input");
	f = streq(words[0], "-") ? stdin : fopen(words[0], "re");
	if (!f)
		die(ST_FAIL, "%s: %s", words[0], strerror(errno));
	while (getline(&line, &cap, f) > 0)
		if (line[strspn(line, " \t\r\n")])
			import_line(s, line, words[0], ++number, counts);
	out_begin(&o->out, "runs");
	out_u64(&o->out, "imported", counts[0]);
	out_u64(&o->out, "known", counts[1]);
	out_line(&o->out, " %llu run%s imported into %s, %llu were there", counts[0],
		 counts[0] == 1 ? "" : "s", store_path(s), counts[1]);
	out_end(&o->out);
	free(line);
	if (f != stdin)
		fclose(f);
	store_close(s);
	return ST_OK;
}

static const struct verb {
	const char *word;
	int (*run)(struct options *o, char **words);
} verbs[] = {
	{ "list", do_list },
	{ "show", do_show },
	{ "remove", do_remove },
	{ "export", do_export },
	{ "import", do_import },
};

static void parse_options(const struct command *self, int argc, char **argv, struct options *o)
{
	int opt;

	while ((opt = next_option(self, argc, argv, &o->out)) != -1) {
		if (opt == OPT_DB)
			o->db = optarg;
		else if (opt == 'd')
			o->details = true;
		else if (opt == OPT_PRIVATE)
			o->private = true;
		else
			o->all = true;
	}
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options o = { 0 };
	const struct verb *v = verbs;
	char **words;
	int status;
	size_t i;

	parse_options(self, argc, argv, &o);
	words = argv + optind;
	for (i = 0; *words && i < ARRAY_SIZE(verbs); i++)
		if (streq(verbs[i].word, *words))
			break;
	if (*words && i < ARRAY_SIZE(verbs)) {
		v = &verbs[i];
		words++;
	}
	out_open(&o.out, stdout);
	status = v->run(&o, words);
	out_close(&o.out);
	return status;
}

const struct command cmd_runs = {
	.name = "runs",
	.run = run,
	.summary = "list, show, remove, export and import what was recorded",
	.args = "[[list|show|remove|export] [SELECTOR...] | import FILE]",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.more =
		"A SELECTOR is terms with commas between them, all of which hold: a name, a number, the\n"
		"beginning of a UUID, or KEY=VALUE of a category (platform, idle, tsc_deadline, ...), a\n"
		"tag or a setting; patterns of the shell may stand for names and values. Export leaves\n"
		"out what tells about people and machines. A run that is there is not imported again.",
	.example = "cvmstat runs platform=snp,idle=halt",
};
