// SPDX-License-Identifier: GPL-2.0
/* cvmstat hist: how long handlers took, by reason. */
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

struct bounds {
	int first, last;
	u64 most, sum;
};

static struct bounds find_bounds(const struct hist *h)
{
	struct bounds b = { -1, -1, 0, 0 };
	int i;

	for (i = 0; i < HIST_BUCKETS; i++) {
		if (!h->buckets[i])
			continue;
		if (b.first < 0)
			b.first = i;
		b.last = i;
		b.sum = sat_add(b.sum, h->buckets[i]);
		if (h->buckets[i] > b.most)
			b.most = h->buckets[i];
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

static void print_hist(struct out *o, const struct hist *h, const struct bounds *b, u32 tsc_khz)
{
	char name[NAME_BYTES], num[32], cycles[32], time[32], bar[BAR_MOST + 1];
	double mean = (double)h->cycles / (double)b->sum;
	int i, len, width = bar_width(o);
	char *title;

	cycles_time(mean, tsc_khz, time, sizeof(time));
	title = xasprintf("%s: %s times, mean %s cycles%s%s",
			  reason_label(h->class, has_code(h), h->code, name, sizeof(name)),
			  grouped(b->sum, num, sizeof(num)),
			  grouped((u64)mean, cycles, sizeof(cycles)), time[0] ? ", " : "", time);
	out_paragraph(o, title, 1);
	free(title);
	out_line(o, " %12s %9s  %*s %s", "from cycles", tsc_khz ? "time" : "", -width, "",
		 "events");
	for (i = b->first; i <= b->last; i++) {
		len = (int)((double)h->buckets[i] / (double)b->most * width + 0.5);
		if (h->buckets[i] && !len)
			len = 1;
		memset(bar, '#', (size_t)len);
		bar[len] = '\0';
		cycles_time((double)bucket_from(i), tsc_khz, time, sizeof(time));
		out_line(o, " %12s %9s  %-*s %s", grouped(bucket_from(i), cycles, sizeof(cycles)),
			 time, width, bar, grouped(h->buckets[i], num, sizeof(num)));
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

static void show(struct out *o, const struct snapshot *d)
{
	struct sheet reasons = SHEET("reasons", reason_columns);
	struct sheet buckets = SHEET("buckets", bucket_columns);
	const struct hist *h;
	struct bounds b;
	size_t i;
	int j;

	out_begin(o, "hist");
	out_u64(o, "tsc_khz", d->info.tsc_khz);
	for (i = 0; i < d->hists.n; i++) {
		h = &d->hists.v[i];
		b = find_bounds(h);
		if (!b.sum)
			continue;
		if (o->format == OUT_TEXT)
			print_hist(o, h, &b, d->info.tsc_khz);
		put_key(&reasons, h);
		put_u64(&reasons, b.sum);
		put_u64(&reasons, h->cycles);
		for (j = b.first; j <= b.last; j++) {
			put_key(&buckets, h);
			put_u64(&buckets, bucket_from(j));
			put_u64(&buckets, bucket_to(j));
			put_u64(&buckets, h->buckets[j]);
		}
	}
	if (!reasons.cells.n)
		out_line(o, " no times%s", d->config.latency ? "" :
			 ": switch them on with cvmstat set latency on");
	out_sheet(o, &reasons, IN_JSON);
	out_sheet(o, &buckets, IN_DATA);
	measure_notes(o, d, NULL);
	out_end(o);
	sheet_free(&reasons);
	sheet_free(&buckets);
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
	measure(&f, &load, WANT(HISTS), false, &d);
	show(&o, &d);
	snapshot_free(&d);
	family_close(&f);
	out_close(&o);
	return load.status;
}

const struct command cmd_hist = {
	.name = "hist",
	.run = run,
	.summary = "how long handlers took, by reason",
	.args = "[-p PID | [--] COMMAND...]",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.words = true,
	.more =
		"Without a command or a process: all since the module was loaded. Times are taken only\n"
		"after cvmstat set latency on.",
	.example = "cvmstat set latency on && cvmstat hist -- sleep 10",
};
