// SPDX-License-Identifier: GPL-2.0
/* cvmstat hist: how long handlers took, by reason, and CPUs were idle, by state. */
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "commands/command.h"
#include "commands/measure.h"
#include "counts/keep.h"
#include "names/names.h"

/* A bar, and what stands beside it on its line. */
#define BAR_MOST 40
#define BAR_LEAST 8
#define BESIDE_BAR 38

static const struct opt opts[] = {
	{ 'p', "pid", "PID", "until the process PID ends" },
};

static const struct column reason_columns[] = {
	{ "class", NULL, IN_JSON, SHOW_PLAIN },
	{ "code", NULL, IN_JSON, SHOW_PLAIN },
	{ "reason", NULL, IN_JSON, SHOW_PLAIN },
	{ "count", NULL, IN_JSON, SHOW_PLAIN },
	{ "cycles", NULL, IN_JSON, SHOW_PLAIN },
};

static const struct column bucket_columns[] = {
	{ "class", NULL, IN_DATA, SHOW_PLAIN },
	{ "code", NULL, IN_DATA, SHOW_PLAIN },
	{ "reason", NULL, IN_DATA, SHOW_PLAIN },
	{ "cycles_from", NULL, IN_DATA, SHOW_PLAIN },
	{ "cycles_to", NULL, IN_DATA, SHOW_PLAIN },
	{ "count", NULL, IN_DATA, SHOW_PLAIN },
};

static const struct column state_columns[] = {
	{ "state", NULL, IN_JSON, SHOW_PLAIN },
	{ "name", NULL, IN_JSON, SHOW_PLAIN },
	{ "count", NULL, IN_JSON, SHOW_PLAIN },
	{ "cycles", NULL, IN_JSON, SHOW_PLAIN },
};

static const struct column state_bucket_columns[] = {
	{ "state", NULL, IN_JSON, SHOW_PLAIN },
	{ "name", NULL, IN_JSON, SHOW_PLAIN },
	{ "cycles_from", NULL, IN_JSON, SHOW_PLAIN },
	{ "cycles_to", NULL, IN_JSON, SHOW_PLAIN },
	{ "count", NULL, IN_JSON, SHOW_PLAIN },
};

/**
 * struct times - a histogram
 * @cycles: sum of the times
 * @buckets: by length
 * @name: whose times they are
 * @what: what they are called
 * @tsc_khz: cycles of a millisecond; 0 if unknown
 */
struct times {
	u64 cycles;
	const u64 *buckets;
	const char *name;
	const char *what;
	u32 tsc_khz;
};

struct bounds {
	int first, last;
	u64 most, sum;
};

static struct bounds find_bounds(const u64 *buckets)
{
	struct bounds b = { -1, -1, 0, 0 };
	int i;

	for (i = 0; i < HIST_BUCKETS; i++) {
		if (!buckets[i])
			continue;
		if (b.first < 0)
			b.first = i;
		b.last = i;
		b.sum = sat_add(b.sum, buckets[i]);
		if (buckets[i] > b.most)
			b.most = buckets[i];
	}
	return b;
}

/* Bucket 0 holds what is below 2 cycles. */
static u64 bucket_from(int i)
{
	return i ? 1ULL << i : 0;
}

static u64 bucket_to(int i)
{
	return i < HIST_BUCKETS - 1 ? (2ULL << i) - 1 : U64_MAX;
}

static void cycles_time(double cycles, u32 tsc_khz, char *buf, size_t size)
{
	buf[0] = '\0';
	if (tsc_khz)
		time_text(cycles * 1e6 / tsc_khz, buf, size);
}

static int bar_width(const struct out *o)
{
	int room = out_width(o) ? out_width(o) - BESIDE_BAR : BAR_MOST;

	if (room > BAR_MOST)
		return BAR_MOST;
	return room < BAR_LEAST ? BAR_LEAST : room;
}

/* Reasons that the module does not know are together. */
static bool has_code(const struct hist *h)
{
	return h->has & BIT(CVMSTAT_A_COUNT_CODE);
}

static void print_times(struct out *o, const struct times *t, const struct bounds *b)
{
	char num[32], cycles[32], time[32], bar[BAR_MOST + 1];
	double mean = (double)t->cycles / (double)b->sum;
	int i, len, width = bar_width(o);
	char *title;

	cycles_time(mean, t->tsc_khz, time, sizeof(time));
	title = xasprintf("%s: %s %s, mean %s cycles%s%s", t->name,
			  grouped(b->sum, num, sizeof(num)), t->what,
			  grouped((u64)mean, cycles, sizeof(cycles)), time[0] ? ", " : "", time);
	out_paragraph(o, title, 1);
	free(title);
	out_line(o, " %12s %9s  %*s %s", "from cycles", t->tsc_khz ? "time" : "", -width, "",
		 "events");
	for (i = b->first; i <= b->last; i++) {
		len = (int)((double)t->buckets[i] / (double)b->most * width + 0.5);
		if (t->buckets[i] && !len)
			len = 1;
		memset(bar, '#', (size_t)len);
		bar[len] = '\0';
		cycles_time((double)bucket_from(i), t->tsc_khz, time, sizeof(time));
		out_line(o, " %12s %9s  %-*s %s", grouped(bucket_from(i), cycles, sizeof(cycles)),
			 time, width, bar, grouped(t->buckets[i], num, sizeof(num)));
	}
	out_line(o, "%s", "");
}

static void put_key(struct sheet *s, const struct hist *h)
{
	char name[NAME_BYTES];

	put_string(s, class_name(h->class, name, sizeof(name)));
	if (!has_code(h)) {
		put_none(s);
		put_none(s);
		return;
	}
	put_hex(s, h->code);
	put_string(s, reason_name(h->class, h->code, name, sizeof(name)));
}

static void put_bucket(struct sheet *s, int i, u64 count)
{
	put_u64(s, bucket_from(i));
	put_u64(s, bucket_to(i));
	put_u64(s, count);
}

/* Return: whether there are any. */
static bool show_handlers(struct out *o, const struct snapshot *d)
{
	struct sheet reasons = SHEET("reasons", reason_columns);
	struct sheet buckets = SHEET("buckets", bucket_columns);
	char name[NAME_BYTES];
	struct times t = { .name = name, .what = "times", .tsc_khz = d->info.tsc_khz };
	const struct hist *h;
	struct bounds b;
	bool any;
	int i;

	for (h = d->hists.v; h < d->hists.v + d->hists.n; h++) {
		b = find_bounds(h->buckets);
		if (!b.sum)
			continue;
		t.cycles = h->cycles;
		t.buckets = h->buckets;
		reason_label(h->class, has_code(h), h->code, name, sizeof(name));
		if (o->format == OUT_TEXT)
			print_times(o, &t, &b);
		put_key(&reasons, h);
		put_u64(&reasons, b.sum);
		put_u64(&reasons, h->cycles);
		for (i = b.first; i <= b.last; i++) {
			put_key(&buckets, h);
			put_bucket(&buckets, i, h->buckets[i]);
		}
	}
	any = reasons.cells.n;
	out_sheet(o, &reasons, IN_JSON);
	out_sheet(o, &buckets, IN_DATA);
	sheet_free(&reasons);
	sheet_free(&buckets);
	return any;
}

static void put_state(struct sheet *s, const struct idle *i)
{
	put_u64(s, i->state);
	put_string(s, i->name);
}

/* Return: whether there are any. */
static bool show_idle(struct out *o, const struct snapshot *d)
{
	struct sheet states = SHEET("idle", state_columns);
	struct sheet buckets = SHEET("idle_buckets", state_bucket_columns);
	char name[NAME_BYTES];
	struct times t = { .name = name, .what = "durations", .tsc_khz = d->info.tsc_khz };
	const struct idle *s;
	struct bounds b;
	bool any;
	int i;

	for (s = d->idles.v; s < d->idles.v + d->idles.n; s++) {
		b = find_bounds(s->buckets);
		if (!b.sum)
			continue;
		snprintf(name, sizeof(name), "idle %s", s->name);
		t.cycles = s->cycles;
		t.buckets = s->buckets;
		if (o->format == OUT_TEXT)
			print_times(o, &t, &b);
		put_state(&states, s);
		put_u64(&states, b.sum);
		put_u64(&states, s->cycles);
		for (i = b.first; i <= b.last; i++) {
			put_state(&buckets, s);
			put_bucket(&buckets, i, s->buckets[i]);
		}
	}
	any = states.cells.n;
	out_sheet(o, &states, IN_JSON);
	out_sheet(o, &buckets, IN_JSON);
	sheet_free(&states);
	sheet_free(&buckets);
	return any;
}

static void show(struct out *o, const struct snapshot *d)
{
	bool any;

	out_begin(o, "hist");
	out_u64(o, "tsc_khz", d->info.tsc_khz);
	any = show_handlers(o, d);
	any |= show_idle(o, d);
	if (!any)
		out_line(o, " no times%s", d->config.latency || d->config.durations ? "" :
			 ": switch them on with cvmstat set latency on, or durations on");
	measure_notes(o, d, NULL);
	out_end(o);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct workload load = { 0 };
	struct out o = { 0 };
	struct snapshot d;
	struct family f;
	int opt;

	while ((opt = next_option(self, argc, argv, &o)) != -1)
		load.pid = pid_option(optarg);
	if (optind < argc)
		load.argv = argv + optind;
	family_need(&f);
	out_open(&o, stdout);
	measure(&f, &load, WANT(HISTS) | WANT(IDLE), false, &d);
	show(&o, &d);
	snapshot_free(&d);
	family_close(&f);
	out_close(&o);
	return load.status;
}

const struct command cmd_hist = {
	.name = "hist",
	.run = run,
	.summary = "how long handlers took, by reason, and CPUs were idle",
	.args = "[-p PID | [--] COMMAND...]",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.words = true,
	.more =
		"Without a command or a process: all since the module was loaded. Times of handlers are\n"
		"taken only after cvmstat set latency on, those of idle CPUs after set durations on.",
	.example = "cvmstat set latency on && cvmstat hist -- sleep 10",
};
