// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "counts/keep.h"
#include "counts/parts.h"
#include "names/names.h"
#include "names/purpose.h"
#include "out/json.h"
#include "out/notes.h"
#include "record/fill.h"

static const char *text(struct run *r, const char *s)
{
	return pool_text(&r->texts, s);
}

static const char *hex(struct run *r, u64 val)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "0x%llx", val);
	return text(r, buf);
}

static void fill_event(struct run *r, struct run_event *e, const struct record *c)
{
	char name[NAME_BYTES];

	e->overflow = record_overflow(c) || !record_has_code(c);
	e->kind = kind_name(class_kind(c->class));
	e->class = text(r, class_name(c->class, name, sizeof(name)));
	e->code = "";
	e->reason = "";
	e->op = "";
	e->detail = "";
	e->name = "";
	e->provenance = text(r, provenance_name(c->provenance));
	if (record_has_code(c)) {
		e->code = hex(r, c->code);
		e->reason = text(r, reason_name(c->class, c->code, name, sizeof(name)));
	}
}

/* Either a reason says it by itself, or each of its details does. */
static const char *purpose_of(const struct record *c, bool detail)
{
	u32 purpose;

	if (reason_purpose(c, &purpose))
		return detail ? "" : purpose_name(purpose);
	return detail ? purpose_name(detail_purpose(c)) : "";
}

static void fill_count(struct run *r, const struct record *c, bool detail)
{
	struct run_event *e = run_add_count(r, c->kernel, c->user);
	char name[NAME_BYTES];

	fill_event(r, e, c);
	e->detail_row = detail;
	e->purpose = purpose_of(c, detail);
	if (!detail)
		return;
	e->name = text(r, detail_label(c, name, sizeof(name)));
	if (record_has_detail(c)) {
		e->op = text(r, op_name(c->op));
		e->detail = hex(r, c->detail);
	}
}

static void fill_totals(struct run *r, const struct snapshot *d)
{
	u64 sums[KIND_COUNT] = { 0 };
	const struct record *c;

	for (c = d->counts.v; c < d->counts.v + d->counts.n; c++)
		sums[class_kind(c->class)] = sat_add(sums[class_kind(c->class)], record_count(c));
	r->counted = true;
	r->exits = sums[KIND_EXIT];
	r->traps = sums[KIND_TRAP];
	r->calls = sums[KIND_CALL];
}

static void measure(struct run *r, const char *source, const char *item, const char *name,
		    u64 value)
{
	struct run_measure *m = run_measure_push(&r->measures);

	m->source = source;
	m->item = text(r, item);
	m->name = name;
	m->value = value;
}

/* All that the module counts of a device, by the names that stat gives it. */
static void fill_bounce(struct run *r, const struct bounce *b)
{
	const struct part *p = &parts[PART_BOUNCES];
	const struct field *f;
	u32 attr;

	for (attr = 0; attr < p->nfields; attr++) {
		f = &p->fields[attr];
		if (f->type == FIELD_UINT && f->size == sizeof(u64) && b->has & BIT(attr))
			measure(r, "bounce", b->device, f->key,
				*(const u64 *)((const char *)b + f->at));
	}
}

/* Of each reason, where it is known. */
static void fill_whose(struct run *r, const struct record *c)
{
	char class[NAME_BYTES], item[2 * NAME_BYTES];

	if (!(c->has & RECORD_OWN) || !record_has_code(c))
		return;
	snprintf(item, sizeof(item), "%s:0x%llx", class_name(c->class, class, sizeof(class)),
		 c->code);
	measure(r, "whose", item, "own", c->own);
	if (c->has & RECORD_IDLE)
		measure(r, "whose", item, "idle", c->idle);
}

/* What a database can keep. */
static u64 scaled(u64 cycles, double unit)
{
	double val = (double)cycles * unit;

	return val < (double)INT64_MAX ? (u64)val : INT64_MAX;
}

/*
 * A histogram, all but what it is of: bucket n holds what has n bits. Bounds that
 * are the same in whole units are one bin.
 *
 * @khz: cycles of a millisecond, to tell nanoseconds; 0 to tell cycles
 */
static void fill_bins(struct run *r, const u64 *buckets, u32 khz, struct run_bin of)
{
	double unit = khz ? 1e6 / khz : 1;
	struct run_bin *b = NULL;
	u64 from, end;
	size_t i;

	of.unit = khz ? "ns" : "cycles";
	for (i = 0; i < HIST_BUCKETS; i++) {
		if (!buckets[i])
			continue;
		from = i ? scaled(1ULL << i, unit) : 0;
		end = i < HIST_BUCKETS - 1 ? scaled(2ULL << i, unit) : INT64_MAX;
		if (!b || b->from != from) {
			b = run_bin_push(&r->bins);
			*b = of;
			b->from = from;
		}
		b->to = end > from ? end - 1 : end;
		b->count = sat_add(b->count, buckets[i]);
	}
}

/* What a CPU did: wait for an interrupt, or poll. */
static void fill_idle(struct run *r, const struct idle *i, u32 khz)
{
	const char *did = i->has & BIT(CVMSTAT_A_AROUND_IDLE_POLLING) ? "polled" : "halted";

	measure(r, "idle", i->name, did, i->entries);
	fill_bins(r, i->buckets, khz,
		  (struct run_bin){ .source = "idle", .class = did, .code = text(r, i->name) });
}

static void fill_around(struct run *r, const struct snapshot *d)
{
	const struct bounce *b;
	const struct idle *i;

	for (b = d->bounces.v; b < d->bounces.v + d->bounces.n; b++)
		fill_bounce(r, b);
	for (i = d->idles.v; i < d->idles.v + d->idles.n; i++)
		fill_idle(r, i, d->info.tsc_khz);
	measure(r, "hook", "all", "missed",
		snapshot_sum(d, &parts[PART_HOOKS], CVMSTAT_A_HOOK_MISSED, 0, 0));
}

static void fill_hist(struct run *r, const struct hist *h)
{
	char name[NAME_BYTES];

	fill_bins(r, h->buckets, 0,
		  (struct run_bin){ .source = "latency", .code = hex(r, h->code),
				    .class = text(r, class_name(h->class, name, sizeof(name))) });
}

/**
 * fill_snapshot - what the module counted
 * @r: the run
 * @d: difference of its window
 */
void fill_snapshot(struct run *r, const struct snapshot *d)
{
	struct sheet notes = SHEET("notes", note_columns);
	size_t i;

	r->ns = d->ns;
	r->platform = text(r, platform_key(d->info.platform));
	r->module = text(r, d->info.version);
	fill_totals(r, d);
	for (i = 0; i < d->counts.n; i++)
		fill_count(r, &d->counts.v[i], false);
	for (i = 0; i < d->counts.n; i++)
		fill_whose(r, &d->counts.v[i]);
	for (i = 0; i < d->details.n; i++)
		fill_count(r, &d->details.v[i], true);
	fill_around(r, d);
	for (i = 0; i < d->hists.n; i++)
		fill_hist(r, &d->hists.v[i]);
	put_notes(&notes, d, d->trouble);
	put_lasting_notes(&notes, d);
	for (i = 0; i < notes.cells.n; i++)
		run_note_push(&r->notes)->text = text(r, note_at(&notes, i));
	sheet_free(&notes);
}

/* Those without a value say so in a note. */
void fill_perf(struct run *r, const struct perf *p)
{
	const struct counter *c;
	char note[160];

	for (c = p->events.v; c < p->events.v + p->events.n; c++) {
		if (!perf_problem(c)) {
			measure(r, "counter", c->name, c->shared ? "estimated" : "counted", c->sum);
			continue;
		}
		snprintf(note, sizeof(note), "%s: %s", c->name, perf_problem(c));
		run_note_push(&r->notes)->text = text(r, note);
	}
}

void fill_system(struct run *r, const struct reading_vec *system)
{
	const struct reading *s;

	for (s = system->v; s < system->v + system->n; s++)
		measure(r, s->source, s->item, s->name, s->value);
}

void fill_settings(struct run *r, const struct setting_vec *settings)
{
	struct run_pair *p;
	size_t i;

	for (i = 0; i < settings->n; i++) {
		if (!settings->v[i].value)
			continue;
		p = run_pair_push(&r->settings);
		p->key = settings->v[i].key;
		p->value = text(r, settings->v[i].value);
	}
}

void fill_command(struct run *r, char **argv)
{
	struct json json = { 0 };
	char *words = NULL;
	size_t size;

	json.f = open_memstream(&words, &size);
	if (!json.f)
		die(ST_FAIL, "out of memory");
	json_open(&json, NULL, '[');
	for (; *argv; argv++)
		json_string(&json, NULL, *argv);
	json_close(&json, ']');
	fclose(json.f);
	r->command = text(r, words);
	free(words);
}
