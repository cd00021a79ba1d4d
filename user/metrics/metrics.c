// SPDX-License-Identifier: GPL-2.0
/*
 * All metrics, as a table. Names and units are as prometheus.io/docs/practices/naming
 * wants them. What would give each series another name, and so break it, is no
 * label: the generation, the CPU, how a figure came to be.
 */
#include <stdlib.h>

#include "base/version.h"
#include "counts/order.h"
#include "counts/parts.h"
#include "counts/settle.h"
#include "guest/settings.h"
#include "metrics/metrics.h"
#include "metrics/text.h"
#include "names/names.h"
#include "names/purpose.h"

/**
 * struct source - where samples are from
 * @s: what the module told, NULL if it could not be read
 * @details: of exits, the most frequent first
 * @ndetails: that are given
 * @missing: of each count, what its details do not have
 */
struct source {
	const struct snapshot *s;
	struct record_vec missing;
	const struct record **details;
	size_t ndetails;
};

/**
 * struct metric - a name and its samples
 * @part: of the snapshot that it is made of: without it there are no samples
 * @name: without "cvmstat_"
 * @type: "counter" or "gauge"
 * @samples: writes them
 * @help: one line, as people read it in Prometheus
 */
struct metric {
	u32 part;
	const char *name;
	const char *type;
	void (*samples)(struct text *t, const struct source *from);
	const char *help;
};

#define PREFIX "cvmstat_"
#define UNNAMED "(other)"

/* Class and reason of a record, as labels have them. */
struct reason_names {
	char class[NAME_BYTES];
	char reason[NAME_BYTES];
};

static void name_reason(struct reason_names *n, u32 class, bool has_code, u64 code)
{
	class_name(class, n->class, sizeof(n->class));
	if (has_code)
		reason_name(class, code, n->reason, sizeof(n->reason));
	else
		snprintf(n->reason, sizeof(n->reason), "%s", UNNAMED);
}

#define REASON_LABELS(n) { "class", (n).class }, { "reason", (n).reason }

#define PURPOSES (CVMSTAT_PURPOSE_OTHER + 1)

/* What a reason's details are for; what is in none of them is for nobody knows what. */
static void add_up_purposes(u64 *sums, const struct source *from, const struct record *count)
{
	const struct record_vec *details = &from->s->details;
	const struct record *r;

	for (r = details->v; r < details->v + details->n; r++)
		if (!reason_compare(r, count))
			sums[detail_purpose(r)] += record_count(r);
	sums[CVMSTAT_PURPOSE_UNKNOWN] +=
		record_count(&from->missing.v[count - from->s->counts.v]);
}

/* One sample, or one for each purpose that a reason's details have. */
static void put_reason(struct text *t, const struct source *from, const struct record *r)
{
	u64 sums[PURPOSES] = { 0 };
	struct reason_names n;
	u32 purpose;

	if (reason_purpose(r, &purpose))
		sums[purpose] = record_count(r);
	else
		add_up_purposes(sums, from, r);
	name_reason(&n, r->class, record_has_code(r), r->code);
	for (purpose = 0; purpose < PURPOSES; purpose++)
		if (sums[purpose])
			text_u64(t, LABELS(REASON_LABELS(n),
					   { "purpose", purpose_name(purpose) }), sums[purpose]);
}

static void put_counts(struct text *t, const struct source *from, enum kind_of_class kind)
{
	const struct record_vec *counts = &from->s->counts;
	const struct record *r;

	for (r = counts->v; r < counts->v + counts->n; r++)
		if (class_kind(r->class) == kind)
			put_reason(t, from, r);
}

static void put_exits(struct text *t, const struct source *from)
{
	put_counts(t, from, KIND_EXIT);
}

static void put_traps(struct text *t, const struct source *from)
{
	put_counts(t, from, KIND_TRAP);
}

static void put_calls(struct text *t, const struct source *from)
{
	put_counts(t, from, KIND_CALL);
}

static void put_unknown(struct text *t, const struct source *from)
{
	put_counts(t, from, KIND_UNKNOWN);
}

static void put_details(struct text *t, const struct source *from)
{
	char name[NAME_BYTES], number[24];
	const struct record *r;
	struct reason_names n;
	size_t i;

	for (i = 0; i < from->ndetails; i++) {
		r = from->details[i];
		name_reason(&n, r->class, record_has_code(r), r->code);
		snprintf(number, sizeof(number), "0x%llx", r->detail);
		text_u64(t, LABELS(REASON_LABELS(n), { "op", op_name(r->op) },
				   { "detail", number },
				   { "name", detail_label(r, name, sizeof(name)) }),
			 record_count(r));
	}
}

/* A record of its own says what a full table has not kept. */
static void put_lost_details(struct text *t, const struct source *from)
{
	const struct record_vec *details = &from->s->details;
	const struct record *r;
	struct reason_names n;

	for (r = details->v; r < details->v + details->n; r++) {
		if (!record_overflow(r))
			continue;
		name_reason(&n, r->class, record_has_code(r), r->code);
		text_u64(t, LABELS(REASON_LABELS(n)), record_count(r));
	}
}

/* What a counter's label may not say, for those that need a word. */
static void put_provenances(struct text *t, const struct source *from)
{
	const struct record_vec *counts = &from->s->counts;
	const struct record *r;
	struct reason_names n;

	for (r = counts->v; r < counts->v + counts->n; r++) {
		if (r->provenance == CVMSTAT_PROVENANCE_COUNTED)
			continue;
		name_reason(&n, r->class, record_has_code(r), r->code);
		text_u64(t, LABELS(REASON_LABELS(n),
				   { "provenance", provenance_name(r->provenance) }), 1);
	}
}

static u64 handled(const struct hist *h)
{
	u64 sum = 0;
	size_t i;

	for (i = 0; i < HIST_BUCKETS; i++)
		sum = sat_add(sum, h->buckets[i]);
	return sum;
}

static void put_handled(struct text *t, const struct source *from)
{
	const struct hist_vec *hists = &from->s->hists;
	struct reason_names n;
	const struct hist *h;

	for (h = hists->v; h < hists->v + hists->n; h++) {
		name_reason(&n, h->class, true, h->code);
		text_u64(t, LABELS(REASON_LABELS(n)), handled(h));
	}
}

static void put_seconds(struct text *t, const struct source *from)
{
	const struct hist_vec *hists = &from->s->hists;
	u32 tsc_khz = from->s->info.tsc_khz;
	struct reason_names n;
	const struct hist *h;

	for (h = hists->v; tsc_khz && h < hists->v + hists->n; h++) {
		name_reason(&n, h->class, true, h->code);
		text_real(t, LABELS(REASON_LABELS(n)), (double)h->cycles / (tsc_khz * 1e3));
	}
}

static u64 bounce_count(const struct bounce *b, u32 attr)
{
	return *(const u64 *)((const char *)b + parts[PART_BOUNCES].fields[attr].at);
}

/* One counter of each device that has it; @direction: NULL for none. */
static void put_bounces(struct text *t, const struct source *from, u32 attr,
			const char *direction)
{
	const struct bounce_vec *bounces = &from->s->bounces;
	const struct bounce *b;

	for (b = bounces->v; b < bounces->v + bounces->n; b++)
		if (b->has & BIT(attr))
			text_u64(t, LABELS({ "device", b->device }, { "driver", b->driver },
					   { direction ? "direction" : NULL, direction }),
				 bounce_count(b, attr));
}

static void put_bounce_copies(struct text *t, const struct source *from)
{
	put_bounces(t, from, CVMSTAT_A_AROUND_OUT_COPIES, "out");
	put_bounces(t, from, CVMSTAT_A_AROUND_IN_COPIES, "in");
}

static void put_bounce_bytes(struct text *t, const struct source *from)
{
	put_bounces(t, from, CVMSTAT_A_AROUND_OUT_BYTES, "out");
	put_bounces(t, from, CVMSTAT_A_AROUND_IN_BYTES, "in");
}

static void put_bounce_seconds(struct text *t, const struct source *from)
{
	const struct bounce_vec *bounces = &from->s->bounces;
	u32 tsc_khz = from->s->info.tsc_khz;
	const struct bounce *b;

	for (b = bounces->v; tsc_khz && b < bounces->v + bounces->n; b++)
		if (b->has & BIT(CVMSTAT_A_AROUND_CYCLES))
			text_real(t, LABELS({ "device", b->device }, { "driver", b->driver }),
				  (double)b->cycles / (tsc_khz * 1e3));
}

static void put_bounce_tried(struct text *t, const struct source *from)
{
	put_bounces(t, from, CVMSTAT_A_AROUND_BOUNCES, NULL);
}

static void put_bounce_tried_bytes(struct text *t, const struct source *from)
{
	put_bounces(t, from, CVMSTAT_A_AROUND_BYTES, NULL);
}

static void put_bounce_failed(struct text *t, const struct source *from)
{
	put_bounces(t, from, CVMSTAT_A_AROUND_FAILED, NULL);
}

static void put_bounce_peak(struct text *t, const struct source *from)
{
	u64 peak;

	(void)from;
	if (settings_bounce_peak(&peak))
		text_u64(t, NO_LABELS, peak);
}

static void put_idle(struct text *t, const struct source *from)
{
	const struct idle_vec *idles = &from->s->idles;
	const struct idle *i;
	char state[16];

	for (i = idles->v; i < idles->v + idles->n; i++) {
		snprintf(state, sizeof(state), "%u", i->state);
		text_u64(t, LABELS({ "state", state }, { "name", i->name },
				   { "polling", i->has & BIT(CVMSTAT_A_AROUND_IDLE_POLLING) ?
						"true" : "false" }),
			 i->entries);
	}
}

static void put_hooks(struct text *t, const struct source *from)
{
	const struct hook_vec *hooks = &from->s->hooks;
	const struct hook *h;

	for (h = hooks->v; h < hooks->v + hooks->n; h++)
		text_u64(t, LABELS({ "hook", h->name }), h->backend != CVMSTAT_BACKEND_NONE);
}

static void put_missed(struct text *t, const struct source *from)
{
	const struct hook_vec *hooks = &from->s->hooks;
	const struct hook *h;

	for (h = hooks->v; h < hooks->v + hooks->n; h++)
		text_u64(t, LABELS({ "hook", h->name }), h->missed);
}

static void put_classes(struct text *t, const struct source *from)
{
	char name[NAME_BYTES];
	u32 class;

	for (class = 0; class < CLASS_COUNT; class++)
		text_u64(t, LABELS({ "class", class_name(class, name, sizeof(name)) }),
			 !!(from->s->config.classes & BIT(class)));
}

static void put_info(struct text *t, const struct source *from)
{
	const struct info *info = &from->s->info;

	text_u64(t, LABELS({ "platform", platform_key(info->platform) },
			   { "kernel", info->kernel }, { "module", info->version },
			   { "reader", CVMSTAT_VERSION }), 1);
}

static void put_cpus(struct text *t, const struct source *from)
{
	text_u64(t, NO_LABELS, from->s->info.online_cpus);
}

/* The kernel's own wall clock of its start: a sum that does not change with the hour. */
static bool boot_time(u64 *seconds)
{
	FILE *f = sys_open("/proc/stat");
	char line[4096];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "btime %llu", seconds) == 1;
	if (f)
		fclose(f);
	return found;
}

static void put_start(struct text *t, const struct source *from)
{
	const struct info *info = &from->s->info;
	u64 boot;

	if (info->has & BIT(CVMSTAT_A_INFO_COUNTING_BEGAN) && boot_time(&boot))
		text_real(t, NO_LABELS,
			  (double)boot + (double)(info->counting_began / 1000000) / 1e3);
}

static void put_up(struct text *t, const struct source *from)
{
	text_u64(t, NO_LABELS, !!from->s);
}

#define COUNTER "counter"
#define GAUGE "gauge"

static const struct metric metrics[] = {
	{ 0, "up", GAUGE, put_up,
	  "Whether the module could be read." },
	{ WANT(INFO), "info", GAUGE, put_info,
	  "What this guest is; always 1." },
	{ WANT(INFO), "start_time_seconds", GAUGE, put_start,
	  "When counting began, since the epoch: another time is another load of the module." },
	{ WANT(INFO), "cpus", GAUGE, put_cpus,
	  "CPUs that are online." },
	{ WANT(COUNTS), "exits_total", COUNTER, put_exits,
	  "Exits to the hypervisor, as far as a guest can know of them." },
	{ WANT(COUNTS), "traps_total", COUNTER, put_traps,
	  "#VC and #VE that the guest has raised; not each of them is an exit." },
	{ WANT(COUNTS), "calls_total", COUNTER, put_calls,
	  "Calls of the TDX module or the SVSM, which the hypervisor does not see." },
	{ WANT(COUNTS), "unknown_events_total", COUNTER, put_unknown,
	  "Events of classes that only a newer cvmstat knows." },
	{ WANT(COUNTS), "reason_provenance", GAUGE, put_provenances,
	  "Reasons whose figures are inferred or estimated instead of counted; always 1." },
	{ WANT(DETAILS), "exit_details_total", COUNTER, put_details,
	  "The most frequent details of cvmstat_exits_total, as many as were asked for." },
	{ WANT(DETAILS), "details_lost_total", COUNTER, put_lost_details,
	  "Events whose detail found the table of the module full." },
	{ WANT(HISTS), "handler_seconds_total", COUNTER, put_seconds,
	  "Time in handlers of traps, while it was measured." },
	{ WANT(HISTS), "handlers_timed_total", COUNTER, put_handled,
	  "Runs of handlers that cvmstat_handler_seconds_total is the time of." },
	{ WANT(BOUNCES), "bounce_mappings_tried_total", COUNTER, put_bounce_tried,
	  "Mappings by the bounce buffer, each time that one was tried." },
	{ WANT(BOUNCES), "bounce_mappings_tried_bytes_total", COUNTER, put_bounce_tried_bytes,
	  "Bytes of the mappings that were tried." },
	{ WANT(BOUNCES), "bounce_mappings_failed_total", COUNTER, put_bounce_failed,
	  "Mappings that found the bounce buffer full." },
	{ WANT(BOUNCES), "bounce_copies_total", COUNTER, put_bounce_copies,
	  "Copies through the bounce buffer, out to devices and in from them." },
	{ WANT(BOUNCES), "bounce_bytes_total", COUNTER, put_bounce_bytes,
	  "Bytes of the copies through the bounce buffer." },
	{ WANT(BOUNCES), "bounce_copy_seconds_total", COUNTER, put_bounce_seconds,
	  "Time that the copies through the bounce buffer took." },
	{ 0, "bounce_buffer_peak_bytes", GAUGE, put_bounce_peak,
	  "Most of the bounce buffer that was in use since boot." },
	{ WANT(IDLE), "idle_entries_total", COUNTER, put_idle,
	  "Idle states entered; polling ones make no exit." },
	{ WANT(HOOKS), "hook_live", GAUGE, put_hooks,
	  "Whether a hook is attached; what others count is missing." },
	{ WANT(HOOKS), "hook_hits_missed_total", COUNTER, put_missed,
	  "Hits of a hook that the kernel dropped: counts are low by as many." },
	{ WANT(CONFIG), "class_enabled", GAUGE, put_classes,
	  "Whether a class is being counted." },
};

/**
 * metrics_want - parts of a snapshot that metrics are made of
 */
u32 metrics_want(void)
{
	u32 want = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(metrics); i++)
		want |= metrics[i].part;
	return want;
}

static int most_frequent(const void *a, const void *b)
{
	const struct record *x = *(const struct record *const *)a;
	const struct record *y = *(const struct record *const *)b;

	return -compare_u64(record_count(x), record_count(y)) ?: parts[PART_DETAILS].order(x, y);
}

static void choose_details(struct source *from, u64 most)
{
	const struct record_vec *all = &from->s->details;
	const struct record *r;

	from->details = xcalloc(all->n + 1, sizeof(struct record *));
	for (r = all->v; r < all->v + all->n; r++)
		if (class_kind(r->class) == KIND_EXIT && record_has_detail(r))
			from->details[from->ndetails++] = r;
	qsort(from->details, from->ndetails, sizeof(struct record *), most_frequent);
	if (from->ndetails > most)
		from->ndetails = (size_t)most;
}

/**
 * metrics_print - all metrics
 * @f: where to
 * @s: what the module told, or NULL if it could not be read
 * @details: of exits, at most
 */
void metrics_print(FILE *f, const struct snapshot *s, u64 details)
{
	struct source from = { .s = s };
	const struct metric *m;
	char name[64];

	if (s) {
		choose_details(&from, details);
		details_missing(&s->counts, &s->details, &from.missing);
	}
	for (m = metrics; m < metrics + ARRAY_SIZE(metrics); m++) {
		struct text t = { .f = f, .name = name, .type = m->type, .help = m->help };

		if (m->samples != put_up && (!s || s->lacking & m->part))
			continue;
		snprintf(name, sizeof(name), PREFIX "%s", m->name);
		m->samples(&t, &from);
	}
	free(from.details);
	free(from.missing.v);
}
