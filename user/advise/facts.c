// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stdlib.h>

#include "advise/facts.h"
#include "advise/halts.h"
#include "runs/purpose.h"

/* Debian's and most others': of a kernel that does not say (hz). */
#define USUAL_HZ 250

/* The part of short halts that polls reach at least, if nothing is known of these. */
#define REACHED_LEAST 0.3

/*
 * Who polls is awake sooner for those who wait for it, whose waits are shorter then:
 * so much more of halts goes, at most, than was short enough before.
 */
#define SPARED_MORE 0.2

#define FACT_NAME(ident, text) text,

const char *fact_name(enum fact fact)
{
	static const char *const names[] = { FACTS(FACT_NAME) };

	return names[fact];
}

static void add_purpose(const char *purpose, double count, void *to)
{
	struct purpose_sum_vec *all = to;
	size_t i;

	for (i = 0; i < all->n; i++)
		if (streq(all->v[i].purpose, purpose))
			break;
	if (i == all->n)
		purpose_sum_push(all)->purpose = purpose;
	all->v[i].count += count;
}

double purpose_count(const struct facts *f, const char *purpose)
{
	size_t i;

	for (i = 0; i < f->purposes.n; i++)
		if (streq(f->purposes.v[i].purpose, purpose))
			return f->purposes.v[i].count;
	return 0;
}

/* Facts that are the exits of one purpose. */
static const struct {
	enum fact fact;
	const char *purpose;
} of_purposes[] = {
	{ FACT_HALT, "halt" }, { FACT_TIMER, "timer" }, { FACT_IPI, "ipi" }, { FACT_EOI, "eoi" },
	{ FACT_CLOCK, "clock" }, { FACT_CPUID, "cpuid" }, { FACT_CONSOLE, "console" },
	{ FACT_DOORBELL, "doorbell" }, { FACT_PAGES, "page-state" },
	{ FACT_OTHER, "other" }, { FACT_ATTESTATION, "attestation" },
};

/* Facts that are sums of measures: their item begins with a word, their name is a word. */
static const struct {
	enum fact fact;
	const char *source;
	const char *item;
	const char *name;
} of_measures[] = {
	{ FACT_WAKE_IRQS, "interrupt", "RES ", "count" },
	{ FACT_WAKE_IRQS, "interrupt", "CAL ", "count" },
	{ FACT_TIMER_IRQS, "interrupt", "LOC ", "count" },
	{ FACT_BOUNCE_FAILED, "bounce", "", "failed" },
	{ FACT_BOUNCED, "bounce", "", "in_bytes" },
	{ FACT_BOUNCED, "bounce", "", "out_bytes" },
	{ FACT_DEVICE_BYTES, "net", "eth", "rx_bytes" },
	{ FACT_DEVICE_BYTES, "net", "eth", "tx_bytes" },
	{ FACT_DEVICE_BYTES, "disk", "", "read_bytes" },
	{ FACT_DEVICE_BYTES, "disk", "", "written_bytes" },
};

static void find_measures(struct facts *f)
{
	const struct run_measure_vec *all = &f->run->measures;
	const struct run_measure *m;
	size_t i;

	for (m = all->v; m < all->v + all->n; m++) {
		for (i = 0; i < ARRAY_SIZE(of_measures); i++)
			if (streq(m->source, of_measures[i].source) &&
			    streq(m->name, of_measures[i].name) &&
			    !strncmp(m->item, of_measures[i].item, strlen(of_measures[i].item)))
				f->v[of_measures[i].fact] += (double)m->value;
		/* Those of devices have a number. */
		if (streq(m->source, "interrupt") && m->item[0] >= '0' && m->item[0] <= '9')
			f->v[FACT_DEVICE_IRQS] += (double)m->value;
		if (streq(m->source, "cpu") && streq(m->item, "idle"))
			f->v[FACT_IDLE_US] += (double)m->value / 1000;
	}
}

/* MSRs 0xe7 and 0xe8 (SDM 4, table 2-2). */
static bool is_frequency(const struct run_event *e)
{
	return e->detail_row && streq(e->kind, "exit") && strstr(e->reason, "msr") &&
	       (streq(e->detail, "0xe7") || streq(e->detail, "0xe8"));
}

static void find_events(struct facts *f)
{
	const struct run_count *c;
	double count;

	for (c = f->run->counts.v; c < f->run->counts.v + f->run->counts.n; c++) {
		count = (double)c->kernel + (double)c->user;
		if (!c->event->detail_row && streq(c->event->class, "svsm"))
			f->v[FACT_SVSM] += count;
		if (is_frequency(c->event))
			f->v[FACT_FREQUENCY] += count;
	}
}

/*
 * Where it was not measured, how long halts were is known on average alone: as if
 * they came by chance, 1 - exp(-t / mean) of them are shorter than t. How many of
 * these the governor's polls reach depends on their order.
 */
static void find_short(struct facts *f)
{
	double *v = f->v, longest;
	struct halts h;

	f->durations = halts_find(&h, f->run);
	if (f->durations) {
		/* Its way out and back is part of a halt, and of no poll. */
		longest = h.limit_ns + EXIT_SECONDS * NSEC_PER_SEC;
		v[FACT_SHORT_PART] = halts_within(&h, h.limit_ns, SPREAD);
		v[FACT_POLLED_MOST] = v[FACT_HALT] *
			fmin(halts_within(&h, longest, AT_BEGINNING) + SPARED_MORE, 1);
		v[FACT_POLLED_LEAST] = v[FACT_HALT] * halts_polled(&h, AT_END);
		return;
	}
	v[FACT_SHORT_PART] = v[FACT_IDLE_US] > 0 ?
		1 - exp(-h.limit_ns / 1000 / v[FACT_IDLE_US]) : 1;
	v[FACT_POLLED_MOST] = v[FACT_HALT] * v[FACT_SHORT_PART];
	v[FACT_POLLED_LEAST] = v[FACT_POLLED_MOST] * REACHED_LEAST;
}

static void find_halts(struct facts *f)
{
	double *v = f->v;

	if (!(v[FACT_HALT] > 0)) {
		v[FACT_IDLE_US] = 0;
		return;
	}
	v[FACT_IDLE_US] /= v[FACT_HALT];
	find_short(f);
}

/* Where the end of an interrupt exits, all of them do alike. */
static void find_ends(struct facts *f)
{
	double *v = f->v;
	double all = v[FACT_TIMER_IRQS] + v[FACT_WAKE_IRQS] + v[FACT_DEVICE_IRQS];
	double each = all > 0 ? fmin(1, v[FACT_EOI] / all) : 0;

	v[FACT_EOI_OF_TICKS] = each * v[FACT_TICKS];
	v[FACT_EOI_OF_DEVICES] = each * v[FACT_DEVICE_IRQS];
}

/**
 * facts_find - what a run says
 * @f: filled, to be freed with facts_free()
 * @r: the run, with everything but its output
 */
void facts_find(struct facts *f, const struct run *r)
{
	const char *hz = run_value(&r->settings, "hz");
	const struct run_figure *per = run_figure_find(r, r->per);
	size_t i;

	*f = (struct facts){ .run = r, .operations = per ? per->value : 1 };
	each_purpose(r, add_purpose, &f->purposes);
	f->v[FACT_ONE] = 1;
	f->v[FACT_EXITS] = (double)r->exits;
	f->v[FACT_SECONDS] = (double)r->ns / NSEC_PER_SEC;
	f->v[FACT_CPU_SECONDS] = f->v[FACT_SECONDS] * r->cpus;
	f->v[FACT_TICKS] = f->v[FACT_CPU_SECONDS] * (hz ? strtod(hz, NULL) : USUAL_HZ);
	for (i = 0; i < ARRAY_SIZE(of_purposes); i++)
		f->v[of_purposes[i].fact] = purpose_count(f, of_purposes[i].purpose);
	find_measures(f);
	find_events(f);
	find_halts(f);
	find_ends(f);
}

void facts_free(struct facts *f)
{
	free(f->purposes.v);
	*f = (struct facts){ 0 };
}
