// SPDX-License-Identifier: GPL-2.0
/* cvmstat advise: what the counts of a run mean, and what to change. */
#include "advise/advise.h"
#include "commands/command.h"
#include "runs/select.h"

enum { OPT_DB = OPT_OWN };

static const struct opt opts[] = {
	{ OPT_DB, "db", "FILE", "the database" },
};

static int run_advise(const struct command *self, int argc, char **argv)
{
	struct run_vec runs = { 0 };
	struct out o = { 0 };
	const char *db = NULL;
	struct store *s;

	while (next_option(self, argc, argv, &o) != -1)
		db = optarg;
	if (argc - optind > 1)
		die(ST_FAIL, "advise takes one SELECTOR, and '%s' is a second",
		    argv[optind + 1]);
	out_open(&o, stdout);
	s = store_open(db, OPEN_READ);
	select_one(s, argv[optind], &runs);
	if (!runs.v[0].counted)
		die(ST_FAIL, "number %lld was recorded without the module, which counts exits",
		    runs.v[0].id);
	store_load(s, &runs, LOAD_FIGURES | LOAD_COUNTS | LOAD_REST);
	advice_show(&o, &runs.v[0]);
	runs_free(&runs);
	store_close(s);
	out_close(&o);
	return ST_OK;
}

const struct command cmd_advise = {
	.name = "advise",
	.run = run_advise,
	.summary = "what the counts of a recorded run mean, and what to change",
	.args = "[SELECTOR]",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.more =
		"It looks at the last run that SELECTOR (see cvmstat help runs) stands for. Each finding\n"
		"has its evidence, the change in the exact words, what it costs, and what exits it is\n"
		"predicted to leave: a range that holds in nine of ten cases.",
	.example = "cvmstat advise name=redis",
};
