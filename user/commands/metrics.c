// SPDX-License-Identifier: GPL-2.0
/* cvmstat metrics: all totals, as Prometheus reads them. */
#include "commands/command.h"
#include "counts/keep.h"
#include "guest/probe.h"
#include "metrics/metrics.h"
#include "names/names.h"
#include "names/place.h"
#include "wire/take.h"

/* Prometheus keeps each for as long as it keeps anything. */
#define MOST_DETAILS 1000

static const struct opt opts[] = {
	{ 'n', "details", "N", "the N most frequent details of exits, too" },
};

/*
 * What stands where, for names and purposes. Who may not read configuration space
 * would cause exits by trying.
 */
static void learn(void)
{
	if (probe_reads_configuration())
		details_learn();
	else
		place_refresh();
}

/*
 * Where nobody can be asked, an old file would look like a guest without exits:
 * the new one says that it cannot be read.
 */
static int run(const struct command *self, int argc, char **argv)
{
	struct out o = { .shared = true };
	struct snapshot s = { 0 };
	u64 details = 0;
	struct family f;
	bool ok;

	while (next_option(self, argc, argv, &o) != -1)
		details = number_option(optarg, "-n", 0, MOST_DETAILS);
	no_arguments(argc, argv);
	if (o.format != OUT_TEXT)
		die(ST_FAIL, "metrics have one format; stat --since-load has JSON and CSV");
	learn();
	ok = family_open(&f) && snapshot_try(&f, &s, metrics_want(), false);
	if (ok || o.path) {
		out_open(&o, stdout);
		metrics_print(o.f, ok ? &s : NULL, details);
		out_close(&o);
	}
	if (!ok)
		family_die(&f);
	snapshot_free(&s);
	family_close(&f);
	return ST_OK;
}

const struct command cmd_metrics = {
	.name = "metrics",
	.run = run,
	.summary = "all totals, for Prometheus",
	.args = "",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.more =
		"The text format 0.0.4, for node_exporter's textfile collector. A FILE is replaced when\n"
		"the new one is complete, and can be read by all.",
	.one_format = true,
	.example = "cvmstat metrics -o /var/lib/prometheus/node-exporter/cvmstat.prom",
};
