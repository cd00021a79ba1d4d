// SPDX-License-Identifier: GPL-2.0
/* cvmstat compare: what differs between runs, and what explains it. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "commands/command.h"
#include "commands/sides.h"
#include "compare/show.h"

struct options {
	struct out out;
	const char *db;
	bool all;
	enum basis basis;
	double fail_above;
};

enum { OPT_DB = OPT_OWN, OPT_BY, OPT_FAIL_ABOVE };

static const struct opt opts[] = {
	{ 'd', "details", NULL, "all reasons and details, not only those that make a difference" },
	{ OPT_BY, "by", "BASIS", "counts for each op (if not given), second or instructions" },
	{ OPT_FAIL_ABOVE, "fail-above", "PCT", "exit with 1 if anything is PCT % worse" },
	{ OPT_DB, "db", "FILE", "the database" },
};

static enum basis basis_option(const char *text)
{
	static const char *const names[BASIS_COUNT] = { "op", "second", "instructions" };
	enum basis b;

	for (b = 0; b < BASIS_COUNT; b++)
		if (streq(text, names[b]))
			return b;
	die(ST_FAIL, "--by needs op, second or instructions, not '%s'", text);
}

static double percent_option(const char *text)
{
	double val;
	char *end;

	errno = 0;
	val = strtod(text, &end);
	if (errno || end == text || *end || !(val >= 0 && val <= 1e6))
		die(ST_FAIL, "--fail-above needs a number of per cent, not '%s'", text);
	return val / 100;
}

static void parse_options(const struct command *self, int argc, char **argv, struct options *o)
{
	int opt;

	while ((opt = next_option(self, argc, argv, &o->out)) != -1) {
		switch (opt) {
		case 'd':
			o->all = true;
			break;
		case OPT_BY:
			o->basis = basis_option(optarg);
			break;
		case OPT_FAIL_ABOVE:
			o->fail_above = percent_option(optarg);
			break;
		case OPT_DB:
			o->db = optarg;
			break;
		}
	}
	if (argc - optind < 2)
		die(ST_FAIL, "compare needs two SELECTORs or more; see cvmstat help compare");
}

/* Say what is worse, for the log of a CI. */
static bool too_bad(const struct comparison *c, double limit)
{
	const struct finding *f;
	bool bad = false;
	char name[192];

	for (f = c->findings.v; f < c->findings.v + c->findings.n; f++) {
		if (!(worse_by(f) > limit))
			continue;
		finding_name(f, name, sizeof(name));
		warn("%s: %s is worse by %.1f %%", c->sides[f->side].label, name,
		     worse_by(f) * 100);
		bad = true;
	}
	return bad;
}

/* A limit that nothing can be held to is none that was kept. */
static bool no_verdict(const struct comparison *c)
{
	size_t i;

	for (i = 1; i < c->nsides; i++)
		if (c->designs[i].problem)
			return true;
	return false;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options o = { .fail_above = NAN };
	struct comparison c = { 0 };
	struct sides sides;
	int status = ST_OK;

	parse_options(self, argc, argv, &o);
	out_open(&o.out, stdout);
	sides_open(&sides, o.db, argv + optind);
	c.runs = &sides.runs;
	c.sides = sides.v;
	c.nsides = sides.n;
	c.basis = o.basis;
	compare(&c);
	comparison_show(&o.out, &c, o.all);
	if (!isnan(o.fail_above) && no_verdict(&c))
		die(ST_FAIL, "--fail-above: there is no verdict; the notes say why");
	if (!isnan(o.fail_above) && too_bad(&c, o.fail_above))
		status = 1;
	comparison_free(&c);
	sides_close(&sides);
	out_close(&o.out);
	return status;
}

const struct command cmd_compare = {
	.name = "compare",
	.run = run,
	.summary = "what differs between recorded runs, and what explains it",
	.args = "SELECTOR SELECTOR...",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.more =
		"Each [LABEL:]SELECTOR (see cvmstat help runs) is a side; the first is what the others\n"
		"are held against. A difference is shown if chance makes it in less than 5 % of reports,\n"
		"all rows together. Runs of one boot count as one: three boots a side are the least.",
	.example = "cvmstat compare idle=halt idle=poll",
};
