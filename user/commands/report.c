// SPDX-License-Identifier: GPL-2.0
/* cvmstat report: recorded runs as a page. */
#include <errno.h>
#include <stdlib.h>

#include "commands/command.h"
#include "commands/sides.h"
#include "page/page.h"
#include "page/plot.h"

struct options {
	struct out out;
	const char *db;
	const char *title;
	const char *plots;
};

enum { OPT_DB = OPT_OWN, OPT_TITLE, OPT_PLOTS };

static const struct opt opts[] = {
	{ OPT_TITLE, "title", "TEXT", "above the page; else what is compared" },
	{ OPT_PLOTS, "plots", "DIR", "leave the plots there, too: SVG, and gnuplot's scripts" },
	{ OPT_DB, "db", "FILE", "the database" },
};

static void parse_options(const struct command *self, int argc, char **argv, struct options *o)
{
	int opt;

	while ((opt = next_option(self, argc, argv, &o->out)) != -1) {
		switch (opt) {
		case OPT_TITLE:
			o->title = optarg;
			break;
		case OPT_PLOTS:
			o->plots = optarg;
			break;
		case OPT_DB:
			o->db = optarg;
			break;
		}
	}
	if (o->out.format != OUT_TEXT)
		die(ST_FAIL, "a report is HTML; cvmstat compare has --json and --csv");
	if (optind == argc)
		die(ST_FAIL, "report needs a SELECTOR or more; see cvmstat help report");
	if (!plot_possible())
		die(ST_FAIL, "report needs gnuplot: on Debian, the package gnuplot-nox");
}

static char *default_title(const struct sides *sides)
{
	char *title = xstrdup(sides->v[0].label), *longer;
	size_t i;

	for (i = 1; i < sides->n; i++) {
		longer = xasprintf("%s, %s", title, sides->v[i].label);
		free(title);
		title = longer;
	}
	return title;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct comparison c = { 0 };
	struct options o = { 0 };
	struct sides sides;
	char *title;

	parse_options(self, argc, argv, &o);
	sides_open(&sides, o.db, argv + optind);
	c.runs = &sides.runs;
	c.sides = sides.v;
	c.nsides = sides.n;
	compare(&c);
	out_open(&o.out, stdout);
	title = o.title ? xstrdup(o.title) : default_title(&sides);
	page_write(&(struct page){ .f = o.out.f, .title = title, .c = &c, .plots = o.plots });
	free(title);
	comparison_free(&c);
	sides_close(&sides);
	out_close(&o.out);
	return ST_OK;
}

const struct command cmd_report = {
	.name = "report",
	.run = run,
	.summary = "recorded runs as one page: figures, plots, what explains them",
	.args = "SELECTOR...",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.more =
		"Each [LABEL:]SELECTOR (see cvmstat help runs) is a side. The page is one file of HTML,\n"
		"which fetches nothing and runs nothing, in the light or dark theme of who looks at it.\n"
		"It leaves out outputs, command lines and host names. Plots are gnuplot's.",
	.one_format = true,
	.example = "cvmstat report -o polling.html idle=halt idle=poll",
};
