// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "base/format.h"
#include "counts/parts.h"
#include "counts/trouble.h"
#include "guest/settings.h"
#include "names/names.h"
#include "report/footer.h"

static void head_json(struct out *o, const struct report *r)
{
	const struct info *info = &r->last->info;

	out_string(o, "platform", platform_key(info->platform));
	out_string(o, "kernel", info->kernel);
	out_string(o, "module", info->version);
	out_hex(o, "generation", info->generation);
	out_u64(o, "cpus", info->online_cpus);
	out_string(o, "workload", r->title);
	if (r->ran && !r->interval)
		out_u64(o, "exit_status", (u64)r->status);
	else
		out_null(o, "exit_status");
	out_real(o, "time", r->time);
	out_real(o, "seconds", r->window.seconds);
	out_u64(o, "runs", r->window.counts.runs);
}

/* What does not change from one interval to the next is said once. */
static bool says_all(const struct report *r)
{
	return !r->interval || r->first;
}

/* The title on the left, the machine on the right where there is room. */
void footer_head(struct out *o, const struct report *r)
{
	const struct info *info = &r->last->info;
	int width = o->format == OUT_TEXT ? out_width(o) : 0, gap;
	char left[256], right[256], runs[32] = "";

	head_json(o, r);
	if (r->window.counts.runs > 1)
		snprintf(runs, sizeof(runs), " (%u runs)", r->window.counts.runs);
	if (r->interval)
		snprintf(left, sizeof(left), " %.3f s", r->time);
	else
		snprintf(left, sizeof(left), " Guest exits during %s%s", r->title, runs);
	snprintf(right, sizeof(right), "%s, %u vCPU%s, %s, %.2f s", platform_name(info->platform),
		 info->online_cpus, info->online_cpus == 1 ? "" : "s", info->kernel,
		 r->window.seconds);
	gap = width ? width - (int)strlen(left) - (int)strlen(right) - 1 : 10;
	if (width && gap < 2)
		out_line(o, "%s\n %s\n", left, right);
	else
		out_line(o, "%s%*s%s\n", left, gap > 10 ? 10 : gap, "", right);
}

static void notes(struct out *o, const struct report *r)
{
	static const struct column columns[] = { { "text", NULL, IN_JSON, SHOW_PLAIN } };
	struct sheet s = SHEET("notes", columns);
	const struct part *p;
	const char *text;
	char lacks[80];
	size_t i;

	for (i = 0; (text = trouble_text(r->trouble, i)); i++)
		put_string(&s, text);
	for_each_part(p) {
		if (!(r->last->lacking & p->bit) || !p->lacks)
			continue;
		snprintf(lacks, sizeof(lacks), "this module %s", p->lacks);
		put_string(&s, lacks);
	}
	for (i = 0; i < s.cells.n; i++)
		out_labelled(o, "note", "%s", s.cells.v[i].string);
	out_sheet(o, &s, IN_JSON);
	sheet_free(&s);
}

static void marks(struct out *o, const struct report *r)
{
	u32 seen = 0;
	size_t i;

	for (i = 0; i < r->window.counts.rows.n; i++)
		if (r->window.counts.rows.v[i].r.provenance < 32)
			seen |= BIT(r->window.counts.rows.v[i].r.provenance);
	if (seen & BIT(CVMSTAT_PROVENANCE_INFERRED))
		out_labelled(o, "=", "inferred, one for one, from another counted event");
	if (seen & BIT(CVMSTAT_PROVENANCE_ESTIMATED))
		out_labelled(o, "~", "estimated: close, but not event for event");
	if (seen & ~(BIT(CVMSTAT_PROVENANCE_ESTIMATED + 1) - 1))
		out_labelled(o, "?", "of a kind that only a newer cvmstat knows");
}

/* Of one run to the last event, of several the mean. */
static const char *mean_text(const struct report *r, u64 sum, char *buf, size_t size)
{
	struct cell c = { .type = CELL_U64, .num = sum };

	if (r->window.counts.runs > 1) {
		c.type = CELL_REAL;
		c.real = (double)sum / r->window.counts.runs;
	}
	cell_text(&c, SHOW_GROUPED, buf, size);
	return buf;
}

static void totals(struct out *o, const struct report *r)
{
	u64 sums[KIND_COUNT] = { 0 };
	static const char *const names[KIND_COUNT] = {
		[KIND_EXIT] = "exit", [KIND_TRAP] = "trap", [KIND_CALL] = "module call",
	};
	static const enum kind_of_class order[] = { KIND_EXIT, KIND_TRAP, KIND_CALL };
	char text[256], num[32];
	enum kind_of_class kind;
	size_t at = 0;
	size_t i;

	for (i = 0; i < r->window.counts.rows.n; i++) {
		kind = class_kind(r->window.counts.rows.v[i].r.class);
		sums[kind] = sat_add(sums[kind], row_count(&r->window.counts.rows.v[i]));
	}
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		kind = order[i];
		mean_text(r, sums[kind], num, sizeof(num));
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s %s%s", i ? ", " : "",
				       num, names[kind], streq(num, "1") ? "" : "s");
	}
	if (sums[KIND_UNKNOWN])
		snprintf(text + at, sizeof(text) - at, ", %s of unknown class",
			 mean_text(r, sums[KIND_UNKNOWN], num, sizeof(num)));
	out_line(o, "%s", "");
	out_labelled(o, "total", "%s", text);
}

static void bounces(struct out *o, const struct report *r)
{
	static const struct column columns[] = {
		{ "device", NULL, IN_JSON, SHOW_PLAIN },
		{ "driver", NULL, IN_JSON, SHOW_PLAIN },
		{ "cpu", NULL, IN_JSON, SHOW_PLAIN },
		{ "copies", NULL, IN_JSON, SHOW_PLAIN },
		{ "bytes", NULL, IN_JSON, SHOW_PLAIN },
	};
	const struct bounce_vec *vec = &r->sum.bounces;
	char size[32], count[32], peak_text[32] = "";
	struct sheet s = SHEET("bounced", columns);
	u64 bytes = 0, copies = 0, peak;
	size_t i;

	for (i = 0; i < vec->n; i++) {
		bytes = sat_add(bytes, vec->v[i].bytes);
		copies = sat_add(copies, vec->v[i].bounces);
		put_string(&s, vec->v[i].device);
		put_string(&s, vec->v[i].driver);
		if (r->window.per_cpu)
			put_u64(&s, vec->v[i].cpu);
		else
			put_none(&s);
		put_u64(&s, vec->v[i].bounces);
		put_u64(&s, vec->v[i].bytes);
	}
	out_sheet(o, &s, IN_JSON);
	sheet_free(&s);
	if (settings_bounce_peak(&peak)) {
		out_u64(o, "bounce_peak_since_boot", peak);
		bytes_text(peak, peak_text, sizeof(peak_text));
	} else {
		out_null(o, "bounce_peak_since_boot");
	}
	if (!(r->last->lacking & WANT(BOUNCES)))
		out_labelled(o, "bounced", "%s in %s copies%s%s%s",
			     bytes_text(bytes / r->window.counts.runs, size, sizeof(size)),
			     mean_text(r, copies, count, sizeof(count)),
			     peak_text[0] ? ", peak " : "", peak_text, peak_text[0] ? " since boot" : "");
}

static void idles(struct out *o, const struct report *r)
{
	static const struct column columns[] = {
		{ "state", NULL, IN_JSON, SHOW_PLAIN },
		{ "name", NULL, IN_JSON, SHOW_PLAIN },
		{ "cpu", NULL, IN_JSON, SHOW_PLAIN },
		{ "polling", NULL, IN_JSON, SHOW_PLAIN },
		{ "entries", NULL, IN_JSON, SHOW_PLAIN },
	};
	const struct idle_vec *vec = &r->sum.idles;
	struct sheet s = SHEET("idle", columns);
	u64 polled = 0, halted = 0;
	char a[32], b[32];
	bool polling;
	size_t i;

	for (i = 0; i < vec->n; i++) {
		polling = vec->v[i].has & BIT(CVMSTAT_A_AROUND_IDLE_POLLING);
		if (polling)
			polled = sat_add(polled, vec->v[i].entries);
		else
			halted = sat_add(halted, vec->v[i].entries);
		put_u64(&s, vec->v[i].state);
		put_string(&s, vec->v[i].name);
		if (r->window.per_cpu)
			put_u64(&s, vec->v[i].cpu);
		else
			put_none(&s);
		put_bool(&s, polling);
		put_u64(&s, vec->v[i].entries);
	}
	out_sheet(o, &s, IN_JSON);
	sheet_free(&s);
	if (vec->n)
		out_labelled(o, "idle", "%s halted, %s polled without exit",
			     mean_text(r, halted, a, sizeof(a)), mean_text(r, polled, b, sizeof(b)));
}

static const char *counter_text(const struct counter *c, double val, char *buf, size_t size)
{
	return perf_is_time(c) ? time_text(val, buf, size) : count_text(val, buf, size);
}

static void perf_line(struct out *o, const struct report *r, const struct counter *c,
		      double exits, const char *label)
{
	double mean = (double)c->sum / r->window.counts.runs;
	char num[32], dev[32], around[40] = "", per[64] = "";

	if (r->window.counts.runs > 1)
		snprintf(around, sizeof(around), " +- %s",
			 counter_text(c, perf_stddev(c), dev, sizeof(dev)));
	if (streq(c->name, "instructions") && c->sum)
		snprintf(per, sizeof(per), "   %.1f exits per 1M%s", exits / mean * 1e6,
			 r->system ? "" : " (exits of the whole guest)");
	out_labelled(o, label, "%s %s%s%s%s", counter_text(c, mean, num, sizeof(num)), c->name,
		     around, c->shared ? " ~" : "", per);
}

/* Those that have no value, on one line for each reason. */
static void perf_problems(struct out *o, const struct perf *perf)
{
	const struct counter *v = perf->events.v;
	size_t i, j, n = perf->events.n, at;
	const char *problem;
	char text[512];

	for (i = 0; i < n; i = j) {
		problem = perf_problem(&v[i]);
		j = i + 1;
		if (!problem)
			continue;
		at = (size_t)snprintf(text, sizeof(text), "%s: %s", problem, v[i].name);
		for (; j < n && perf_problem(&v[j]) == problem && at < sizeof(text); j++)
			at += (size_t)snprintf(text + at, sizeof(text) - at, ", %s", v[j].name);
		out_paragraph(o, text, 1);
	}
}

static void counters(struct out *o, const struct report *r, double exits)
{
	static const struct column columns[] = {
		{ "event", NULL, IN_JSON, SHOW_PLAIN },
		{ "value", NULL, IN_JSON, SHOW_PLAIN },
		{ "stddev", NULL, IN_JSON, SHOW_PLAIN },
		{ "provenance", NULL, IN_JSON, SHOW_PLAIN },
		{ "problem", NULL, IN_JSON, SHOW_PLAIN },
	};
	struct sheet s = SHEET("counters", columns);
	const char *label = "counters";
	const struct counter *c;
	size_t i;

	for (i = 0; i < r->perf->events.n; i++) {
		c = &r->perf->events.v[i];
		put_string(&s, c->name);
		if (perf_problem(c)) {
			put_none(&s);
			put_none(&s);
			put_none(&s);
			put_string(&s, perf_problem(c));
			continue;
		}
		perf_line(o, r, c, exits, label);
		label = "";
		put_u64(&s, c->sum);
		if (r->window.counts.runs > 1)
			put_real(&s, perf_stddev(c));
		else
			put_none(&s);
		put_string(&s, c->shared ? "estimated" : "counted");
		put_none(&s);
	}
	if (says_all(r))
		perf_problems(o, r->perf);
	out_string(o, "counters_scope", r->system ? "system" : "workload");
	out_sheet(o, &s, IN_JSON);
	sheet_free(&s);
}

static void hooks(struct out *o, const struct report *r)
{
	const struct hook_vec *vec = &r->sum.hooks;
	u64 live = 0, missed = 0;
	char num[32];
	size_t i;

	for (i = 0; i < vec->n; i++) {
		live += vec->v[i].backend != CVMSTAT_BACKEND_NONE;
		missed = sat_add(missed, vec->v[i].missed);
	}
	out_u64(o, "hooks", vec->n);
	out_u64(o, "hooks_live", live);
	out_u64(o, "hits_missed", missed);
	if (vec->n && (missed || says_all(r)))
		out_labelled(o, "hooks", "%llu of %zu live, %s hits missed", live, vec->n,
			     grouped(missed, num, sizeof(num)));
}

/* Of some reasons only a part cannot be counted, and the rest is in the table. */
static bool in_table(const struct report *r, const struct gap *g)
{
	size_t i;

	for (i = 0; g->has & BIT(CVMSTAT_A_GAP_CODE) && i < r->window.counts.rows.n; i++)
		if (r->window.counts.rows.v[i].r.class == g->class &&
		    r->window.counts.rows.v[i].r.code == g->code)
			return true;
	return false;
}

static void gaps(struct out *o, const struct report *r)
{
	const struct gap_vec *vec = &r->last->gaps;
	char text[1024] = "not countable from inside a guest (cvmstat info says why):";
	char name[NAME_BYTES];
	size_t i, at = strlen(text);
	const struct gap *g;

	for (i = 0; i < vec->n && at < sizeof(text); i++) {
		g = &vec->v[i];
		if (g->has & BIT(CVMSTAT_A_GAP_CODE))
			reason_label(g->class, true, g->code, name, sizeof(name));
		else
			class_name(g->class, name, sizeof(name));
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s %s%s", i ? "," : "", name,
				       in_table(r, g) ? " (a part)" : "");
	}
	if (vec->n && says_all(r))
		out_paragraph(o, text, 1);
}

void footer_print(struct out *o, const struct report *r, double exits)
{
	totals(o, r);
	bounces(o, r);
	idles(o, r);
	counters(o, r, exits);
	hooks(o, r);
	gaps(o, r);
	marks(o, r);
	notes(o, r);
	out_line(o, "%s", "");
}
