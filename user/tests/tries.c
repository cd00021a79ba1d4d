// SPDX-License-Identifier: GPL-2.0
/*
 * cvmstat compare on runs that were made up, a thousand times: how often it
 * sees a difference where there is none, and one of 10 % where there is one.
 */
#include <math.h>
#include <stdlib.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

#include "compare/compare.h"

#define TRIES 1000
#define REASONS 12
#define DETAILS 3

/* A part of each count that a boot decides, and of each run, which is like the one before. */
#define BOOT_EFFECT 0.01
#define RUN_EFFECT 0.02
#define AUTOCORRELATION 0.6

/**
 * struct scenario - how runs are made up
 * @name: of the test
 * @boots: of each side
 * @runs: of each boot and side
 * @shared: both sides of a boot are in it, in turns
 * @blocks: runs have the tag block: round n of both sides
 * @drift: what is added to all counts from one run to the next
 * @difference: of the second side, in the reason with the most events
 * @found: of 1,000 reports so many have to see the difference; five pairs leave
 *	four degrees of freedom, two times five boots eight
 * @verdicts: whether there may be any
 */
static const struct scenario {
	const char *name;
	int boots, runs;
	bool shared, blocks;
	double drift;
	double difference;
	int found;
	bool verdicts;
} scenarios[] = {
	{ "boots, no difference", 5, 5, false, false, 0, 0, 0, true },
	{ "boots, 10 %", 5, 5, false, false, 0, 0.10, 950, true },
	{ "blocks of boots, no difference", 5, 3, false, true, 0, 0, 0, true },
	{ "blocks of boots, 10 %", 5, 3, false, true, 0, 0.10, 900, true },
	{ "turns in one boot, no difference", 1, 10, true, false, 0.002, 0, 0, true },
	{ "turns in one boot, 10 %", 1, 10, true, false, 0.002, 0.10, 950, true },
	{ "one boot a side, 10 %", 1, 25, false, false, 0, 0.10, 0, false },
	{ "two boots a side, 10 %", 2, 10, false, false, 0, 0.10, 0, false },
};

static const char *numbered(struct run *r, const char *word, int n)
{
	char text[32];

	snprintf(text, sizeof(text), "%s%d", word, n);
	return pool_text(&r->texts, text);
}

/* Runs share events, as those of a database do. */
static struct run_event events[REASONS][DETAILS + 1];

static void make_events(struct run *owner)
{
	struct run_event *e;
	int i, j;

	for (i = 0; i < REASONS; i++) {
		for (j = 0; j <= DETAILS; j++) {
			e = &events[i][j];
			*e = (struct run_event){ .detail_row = j > 0, .kind = "exit",
						 .class = "vmgexit", .op = "", .detail = "",
						 .name = "", .provenance = "counted",
						 .purpose = j ? "" : i ? "timer" : "halt" };
			e->code = numbered(owner, "0x", i);
			e->reason = numbered(owner, i ? "mmio" : "hlt", i);
			if (j)
				e->name = numbered(owner, "detail", j);
		}
	}
}

/* From 4 events of a run to 200,000. */
static double usual(int reason)
{
	return 200000 * pow(0.37, reason);
}

/* What is of a boot, for a reason as a whole, and of the run before, for each detail. */
struct noise {
	double boot[REASONS];
	double run[REASONS][DETAILS + 1];
};

static void new_boot(struct noise *n)
{
	int i, j;

	for (i = 0; i < REASONS; i++) {
		n->boot[i] = rnorm(0, BOOT_EFFECT);
		for (j = 0; j <= DETAILS; j++)
			n->run[i][j] = rnorm(0, RUN_EFFECT);
	}
}

static u64 count(struct noise *n, int i, int j, double change)
{
	double fresh = sqrt(1 - AUTOCORRELATION * AUTOCORRELATION);

	n->run[i][j] = AUTOCORRELATION * n->run[i][j] + rnorm(0, RUN_EFFECT * fresh);
	return (u64)rpois(usual(i) / DETAILS * exp(n->boot[i] + n->run[i][j] + change));
}

static void add_count(struct run *r, struct run_event *e, u64 events_of)
{
	*run_count_push(&r->counts) = (struct run_count){ e, events_of, 0 };
}

static void make_counts(struct run *r, struct noise *n, double drift, double difference)
{
	u64 sum, one;
	int i, j;

	for (i = 0; i < REASONS; i++) {
		for (j = 1, sum = 0; j <= DETAILS; j++) {
			one = count(n, i, j, drift + (i ? 0 : log1p(difference)));
			if (one)
				add_count(r, &events[i][j], one);
			sum += one;
		}
		add_count(r, &events[i][0], sum);
		r->exits += sum;
	}
}

static void make_run(struct run_vec *runs, const struct scenario *sc, struct noise *n, int side,
		     int boot)
{
	struct run *r = run_push(runs);
	char block[16];

	if (runs->n == 1)
		make_events(r);
	r->name = side ? "b" : "a";
	r->counted = true;
	r->started_utc_ns = runs->n;
	r->ns = (u64)(1e9 * exp(rnorm(0, RUN_EFFECT)));
	snprintf(r->boot_id, sizeof(r->boot_id), "%d-%d", sc->shared ? 0 : side, boot);
	snprintf(block, sizeof(block), "%d", boot);
	if (sc->blocks)
		run_tag(r, "block", block);
	make_counts(r, n, sc->drift * (double)runs->n, side ? sc->difference : 0);
}

static void make_runs(struct run_vec *runs, const struct scenario *sc)
{
	int side, boot, i;
	struct noise n;

	for (boot = 0; boot < sc->boots; boot++) {
		if (sc->shared)
			new_boot(&n);
		for (i = 0; sc->shared && i < sc->runs; i++)
			for (side = 0; side < 2; side++)
				make_run(runs, sc, &n, side, boot);
		for (side = 0; !sc->shared && side < 2; side++) {
			new_boot(&n);
			for (i = 0; i < sc->runs; i++)
				make_run(runs, sc, &n, side, boot);
		}
	}
}

static void choose_side(struct side *s, const struct run_vec *runs, const char *name)
{
	size_t i;

	*s = (struct side){ .label = name, .runs = xcalloc(runs->n, sizeof(size_t)) };
	for (i = 0; i < runs->n; i++)
		if (streq(runs->v[i].name, name))
			s->runs[s->n++] = i;
}

/* What one report says: of the reason that differs, with its interval; and of all others. */
struct said {
	bool of_it, covered, wrong, of_others;
};

static struct said one_try(const struct scenario *sc)
{
	struct run_vec runs = { 0 };
	struct said said = { 0 };
	struct comparison c = { .runs = &runs, .nsides = 2 };
	double truth = 1 + sc->difference;
	const struct finding *f;
	struct side sides[2];

	make_runs(&runs, sc);
	choose_side(&sides[0], &runs, "a");
	choose_side(&sides[1], &runs, "b");
	c.sides = sides;
	compare(&c);
	for (f = c.findings.v; f < c.findings.v + c.findings.n; f++) {
		bool it = f->q->group == GROUP_REASON && streq(f->q->reason, "hlt0");

		if (it)
			said.covered = f->low <= truth && f->high >= truth;
		if (f->verdict != VERDICT_MORE && f->verdict != VERDICT_LESS)
			continue;
		if (it && sc->difference > 0)
			said.of_it = f->verdict == VERDICT_MORE;
		else if (f->q->group == GROUP_REASON || sc->difference <= 0)
			said.of_others = true;
		said.wrong |= f->verdict == VERDICT_LESS;
	}
	comparison_free(&c);
	free(sides[0].runs);
	free(sides[1].runs);
	runs_free(&runs);
	return said;
}

static bool try_all(const struct scenario *sc, int number)
{
	int i, found = 0, covered = 0, alarms = 0;
	bool good;

	for (i = 0; i < TRIES; i++) {
		struct said said = one_try(sc);

		found += said.of_it;
		covered += said.covered;
		alarms += said.of_others || (sc->difference > 0 && said.wrong);
	}
	good = alarms <= TRIES / 20;
	/* 95 %, less three standard deviations of the tries. */
	if (sc->verdicts)
		good &= covered >= TRIES * 93 / 100;
	if (sc->difference > 0 && sc->verdicts)
		good &= found >= sc->found;
	if (!sc->verdicts)
		good &= !found && !alarms;
	printf("%sok %d %s # found in %d, false alarms in %d, interval right in %d of %d reports\n",
	       good ? "" : "not ", number, sc->name, found, alarms, covered, TRIES);
	return good;
}

int main(void)
{
	bool good = true;
	size_t i;

	set_seed(21, 1977);
	printf("TAP version 13\n1..%zu\n", ARRAY_SIZE(scenarios));
	for (i = 0; i < ARRAY_SIZE(scenarios); i++)
		good &= try_all(&scenarios[i], (int)i + 1);
	return !good;
}
