// SPDX-License-Identifier: GPL-2.0
/*
 * Some events are told twice: a HLT is an idle entry as well, a VEINFO.GET a #VE.
 * What is inferred, one for one, is the same event; the module reads one counter
 * after the other, and events come in between. Of a window that was counted as a
 * whole, one of the two is the figure of both.
 *
 * An estimate is not the same event: it stays what it is. But where the module says
 * of each idle state whether its entries are taken for exits, it is all that is
 * not sure: they are the same entries.
 */
#include <stdlib.h>

#include <linux/cvmstat_codes.h>

#include "counts/agree.h"
#include "counts/keep.h"
#include "counts/order.h"
#include "counts/parts.h"

/**
 * struct halt - where idle entries are exits
 * @platforms: bits of enum cvmstat_platform
 * @class: of the exit
 * @code: of the exit
 * @trap: class in which HLTs are that are no idle entries, and exit as well
 * @trap_code: their code
 */
static const struct halt {
	u32 platforms;
	u32 class;
	u64 code;
	u32 trap;
	u64 trap_code;
} halts[] = {
	{ (u32)~BIT(CVMSTAT_PLATFORM_TDX), CVMSTAT_CLASS_AUTO,
	  CVMSTAT_SVM_HLT, CVMSTAT_CLASS_VC, CVMSTAT_SVM_HLT },
	{ BIT(CVMSTAT_PLATFORM_TDX), CVMSTAT_CLASS_TDVMCALL, CVMSTAT_TDVMCALL_HLT,
	  CVMSTAT_CLASS_VE, CVMSTAT_VE_HLT },
};

/* A number for each CPU; one for all where CPUs are not told apart. */
struct cpu_sum {
	u32 cpu;
	u64 sum;
};

DEFINE_VEC(cpu_sum)

static int cpu_sum_order(const void *a, const void *b)
{
	const struct cpu_sum *x = a, *y = b;

	return compare_u64(x->cpu, y->cpu);
}

static void cpu_sum_add(struct cpu_sum_vec *sums, u32 cpu, u64 n)
{
	*cpu_sum_push(sums) = (struct cpu_sum){ cpu, n };
}

/* After all of them were added, in any order: one for each CPU. */
static void cpu_sums_close(struct cpu_sum_vec *sums)
{
	size_t i, n = 0;

	if (sums->n)
		qsort(sums->v, sums->n, sizeof(*sums->v), cpu_sum_order);
	for (i = 0; i < sums->n; i++) {
		if (n && sums->v[n - 1].cpu == sums->v[i].cpu)
			sums->v[n - 1].sum = sat_add(sums->v[n - 1].sum, sums->v[i].sum);
		else
			sums->v[n++] = sums->v[i];
	}
	sums->n = n;
}

static u64 cpu_sum_of(const struct cpu_sum_vec *sums, u32 cpu)
{
	struct cpu_sum key = { .cpu = cpu }, *found = NULL;

	if (sums->n)
		found = bsearch(&key, sums->v, sums->n, sizeof(key), cpu_sum_order);
	return found ? found->sum : 0;
}

/* Among the first @n records, which are in order. */
static struct record *find(const struct record_vec *vec, size_t n, u32 class, u64 code, u32 cpu)
{
	struct record key = { .has = BIT(CVMSTAT_A_COUNT_CODE), .class = class, .code = code,
			      .cpu = cpu };

	return n ? bsearch(&key, vec->v, n, sizeof(key), record_compare) : NULL;
}

static u64 count(const struct record_vec *vec, u32 class, u64 code, u32 cpu)
{
	const struct record *r = find(vec, vec->n, class, code, cpu);

	return r ? record_count(r) : 0;
}

static const struct halt *halt_of(u32 platform)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(halts); i++)
		if (platform < 32 && halts[i].platforms & BIT(platform))
			return &halts[i];
	return NULL;
}

static bool polls(const struct idle *i)
{
	return i->has & BIT(CVMSTAT_A_AROUND_IDLE_POLLING);
}

static bool is_told(const struct idle *i)
{
	return i->has & BIT(CVMSTAT_A_AROUND_IDLE_EXIT);
}

/**
 * idle_exits - are the entries of an idle state taken for exits?
 * @i: the state; of a module that does not tell, if it sleeps
 */
bool idle_exits(const struct idle *i)
{
	if (!is_told(i))
		return !polls(i);
	return i->exit == CVMSTAT_IDLE_EXIT_MAYBE || i->exit == CVMSTAT_IDLE_EXIT_EACH;
}

static bool same_event(const struct record *halt, const struct idle *i)
{
	return halt->provenance == CVMSTAT_PROVENANCE_INFERRED ||
	       (halt->provenance == CVMSTAT_PROVENANCE_ESTIMATED && is_told(i));
}

/* How many states of each CPU are exits: of one alone each entry is into that. */
static struct cpu_sum_vec states_that_leave(const struct idle_vec *idles)
{
	struct cpu_sum_vec states = { 0 };
	size_t i;

	for (i = 0; i < idles->n; i++)
		if (idle_exits(&idles->v[i]))
			cpu_sum_add(&states, idles->v[i].cpu, 1);
	cpu_sums_close(&states);
	return states;
}

static u64 distance(u64 a, u64 b)
{
	return a > b ? a - b : b - a;
}

/*
 * A HLT outside of the idle loop traps, and is an exit and no idle entry; but
 * Linux before 6.15 takes the trap for those of the idle loop as well. What was
 * read of the idle entries says which of the two it is.
 */
static u64 entries_of(u64 exits, u64 traps, u64 told)
{
	u64 others = exits > traps ? exits - traps : 0;

	return distance(told, exits) < distance(told, others) ? exits : others;
}

/* Among the first @n idle states, which are in order. */
static struct idle *find_idle(const struct idle_vec *idles, size_t n, const struct idle *key)
{
	return n ? bsearch(key, idles->v, n, sizeof(*key), parts[PART_IDLES].order) : NULL;
}

/* Of a state of one CPU that HLT exits were inferred from. */
static void state_agrees(const struct snapshot *d, const struct halt *h, const struct idle *state,
			 struct idle_vec *idles, size_t sorted)
{
	u64 exits = count(&d->counts, h->class, h->code, state->cpu);
	u64 traps = count(&d->counts, h->trap, h->trap_code, state->cpu);
	struct idle *i = find_idle(idles, sorted, state);
	u64 entries = entries_of(exits, traps, i ? i->entries : 0);

	if (!i && !entries)
		return;
	if (!i) {
		i = idle_push(idles);
		*i = *state;
	}
	i->entries = entries;
}

static void drop_unused(struct idle_vec *idles)
{
	size_t i, n = 0;

	for (i = 0; i < idles->n; i++)
		if (idles->v[i].entries)
			idles->v[n++] = idles->v[i];
	idles->n = n;
}

/* Idle entries are those that the exit was inferred from. */
static void idle_agrees(const struct snapshot *to, struct snapshot *d)
{
	const struct halt *h = halt_of(d->info.platform);
	size_t i, sorted = d->idles.n;
	struct cpu_sum_vec sleeps;
	const struct idle *state;
	const struct record *halt;

	if (!h || !(classes_counted(d) & BIT(h->class)))
		return;
	sleeps = states_that_leave(&to->idles);
	for (i = 0; i < to->idles.n; i++) {
		state = &to->idles.v[i];
		halt = find(&to->counts, to->counts.n, h->class, h->code, state->cpu);
		if (halt && same_event(halt, state) && idle_exits(state) &&
		    cpu_sum_of(&sleeps, state->cpu) == 1)
			state_agrees(d, h, state, &d->idles, sorted);
	}
	free(sleeps.v);
	drop_unused(&d->idles);
	part_sort(&parts[PART_IDLES], d);
}

static void set_count(struct record_vec *counts, size_t sorted, const struct record *key, u64 n)
{
	struct record *d = find(counts, sorted, key->class, key->code, key->cpu);

	if (!d && !n)
		return;
	if (!d) {
		d = record_push(counts);
		*d = *key;
	}
	d->kernel = n;
	d->user = 0;
}

static void drop_uncounted(struct record_vec *counts)
{
	size_t i, n = 0;

	for (i = 0; i < counts->n; i++)
		if (record_count(&counts->v[i]))
			counts->v[n++] = counts->v[i];
	counts->n = n;
}

static struct cpu_sum_vec class_counts(const struct record_vec *vec, u32 class)
{
	struct cpu_sum_vec sums = { 0 };
	size_t i;

	for (i = 0; i < vec->n; i++)
		if (vec->v[i].class == class)
			cpu_sum_add(&sums, vec->v[i].cpu, record_count(&vec->v[i]));
	cpu_sums_close(&sums);
	return sums;
}

/* Each #VE has its VEINFO.GET, which the kernel makes whatever mode it came from. */
static void veinfo_agrees(const struct snapshot *to, struct snapshot *d)
{
	u32 both = BIT(CVMSTAT_CLASS_VE) | BIT(CVMSTAT_CLASS_TDCALL);
	size_t i, sorted = d->counts.n;
	struct cpu_sum_vec traps;
	const struct record *r;

	if ((classes_counted(d) & both) != both)
		return;
	traps = class_counts(&d->counts, CVMSTAT_CLASS_VE);
	for (i = 0; i < to->counts.n; i++) {
		r = &to->counts.v[i];
		if (r->class == CVMSTAT_CLASS_TDCALL && record_has_code(r) &&
		    r->code == CVMSTAT_TDCALL_VEINFO_GET &&
		    r->provenance == CVMSTAT_PROVENANCE_INFERRED)
			set_count(&d->counts, sorted, r, cpu_sum_of(&traps, r->cpu));
	}
	free(traps.v);
	drop_uncounted(&d->counts);
	part_sort(&parts[PART_COUNTS], d);
}

/**
 * counts_agree - give what is one event one figure
 * @to: the later snapshot of the two; its records are sorted
 * @d: their difference
 */
void counts_agree(const struct snapshot *to, struct snapshot *d)
{
	idle_agrees(to, d);
	veinfo_agrees(to, d);
}
