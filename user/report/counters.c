// SPDX-License-Identifier: GPL-2.0
#include "base/format.h"
#include "names/names.h"
#include "report/counters.h"

const struct column counter_columns[COUNTER_COLUMNS] = {
	{ "event", NULL, IN_JSON, SHOW_PLAIN },
	{ "value", NULL, IN_JSON, SHOW_PLAIN },
	{ "stddev", NULL, IN_JSON, SHOW_PLAIN },
	{ "values", NULL, IN_JSON, SHOW_PLAIN },
	{ "provenance", NULL, IN_JSON, SHOW_PLAIN },
	{ "problem", NULL, IN_JSON, SHOW_PLAIN },
};

static void put_counter(struct sheet *s, const struct report *r, const struct counter *c)
{
	u32 runs = r->window.counts.runs;

	put_mean(s, c->sum, runs);
	if (runs > 1) {
		put_real(s, perf_stddev(c));
		put_list(s, &c->values, runs);
	} else {
		put_none(s);
		put_none(s);
	}
	put_string(s, provenance_name(c->shared ? CVMSTAT_PROVENANCE_ESTIMATED :
				      CVMSTAT_PROVENANCE_COUNTED));
}

void counter_rows(struct out *o, const struct report *r, struct sheet *s)
{
	const struct counter *c;
	size_t i;

	out_string(o, "counters_scope", r->system ? "system" : "workload");
	for (i = 0; i < r->perf->events.n; i++) {
		c = &r->perf->events.v[i];
		put_string(s, c->name);
		if (perf_problem(c)) {
			put_none(s);
			put_none(s);
			put_none(s);
			put_none(s);
		} else {
			put_counter(s, r, c);
		}
		put_string(s, perf_problem(c));
	}
}

static const char *counter_text(const struct counter *c, double val, char *buf, size_t size)
{
	return perf_is_time(c) ? time_text(val, buf, size) : count_text(val, buf, size);
}

static void counter_line(struct out *o, const struct report *r, const struct counter *c,
			 double exits, const char *label)
{
	double mean = (double)c->sum / r->window.counts.runs;
	char num[32], dev[32], deviation[40] = "", per[64] = "";

	if (r->window.counts.runs > 1)
		snprintf(deviation, sizeof(deviation), " +- %s",
			 counter_text(c, perf_stddev(c), dev, sizeof(dev)));
	if (streq(c->name, "instructions") && c->sum)
		snprintf(per, sizeof(per), "   %.1f exits per 1M%s", exits / mean * 1e6,
			 r->system ? "" : " (exits of the whole guest)");
	out_labelled(o, label, "%s %s%s%s%s", counter_text(c, mean, num, sizeof(num)), c->name,
		     deviation, c->shared ? " ~" : "", per);
}

/* What no guest has is no news, unless it was asked for. */
static const char *problem_of(const struct report *r, const struct counter *c)
{
	return perf_absent(c) && !r->verbose && !r->events_asked ? NULL : perf_problem(c);
}

/* Those that have no value, on one line for each reason. */
static void problem_lines(struct out *o, const struct report *r)
{
	const struct counter *v = r->perf->events.v;
	size_t i, j, n = r->perf->events.n, at;
	const char *problem;
	char text[512];

	for (i = 0; i < n; i = j) {
		problem = problem_of(r, &v[i]);
		j = i + 1;
		if (!problem)
			continue;
		at = (size_t)snprintf(text, sizeof(text), "%s: %s", problem, v[i].name);
		for (; j < n && perf_problem(&v[j]) == problem && at < sizeof(text); j++)
			at += (size_t)snprintf(text + at, sizeof(text) - at, ", %s", v[j].name);
		out_paragraph(o, text, 1);
	}
}

void counter_lines(struct out *o, const struct report *r, double exits, const char *label)
{
	const struct counter *c;
	size_t i;

	for (i = 0; i < r->perf->events.n; i++) {
		c = &r->perf->events.v[i];
		if (perf_problem(c))
			continue;
		counter_line(o, r, c, exits, label);
		label = "";
	}
	if (says_all(r))
		problem_lines(o, r);
}
