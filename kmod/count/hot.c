// SPDX-License-Identifier: GPL-2.0
/*
 * The slow side of the fast lane: taking slots, and reading them.
 */
#include <linux/cache.h>
#include <linux/mutex.h>
#include <asm/local.h>

#include "counter.h"
#include "hot.h"
#include "reasons.h"
#include "word_sev.h"
#include "word_tdx.h"

/**
 * struct hot_cpu - what one CPU counted by the fast lane; nobody else writes it
 * @slot: while details are kept, and while they are not
 * @chosen: slots that have words of which user mode chooses the detail
 */
struct hot_cpu {
	struct cvm_hot_slot slot[2][CVM_HOT_SLOTS];
	local_t chosen;
};

/*
 * Such words get so many slots of each CPU, and only the upper one of a pair: in
 * each pair one is left to the others, whatever a user aims at. Hits that nest
 * while one is taken may take some more.
 */
#define CHOSEN_SLOTS	(CVM_HOT_SLOTS / 8)

static DEFINE_PER_CPU(struct hot_cpu *, hot_cpu);

/* No slot straddles two cache lines. */
static_assert(SMP_CACHE_BYTES % sizeof(struct cvm_hot_slot) == 0);

/*
 * On when all classes are counted, and without RIPs: then what an event is says
 * all about how it is counted.
 */
DEFINE_STATIC_KEY_FALSE(cvm_hot_lane);

/* Traps' part of it, on unless they are diverted to where their time is taken. */
DEFINE_STATIC_KEY_FALSE(cvm_trap_lane);

/* One of the two tables of this CPU, by whether details are kept. */
DEFINE_PER_CPU(struct cvm_hot_slot *, cvm_hot);

/* Whether the lane is to be open, and how many want it closed all the same. */
static bool open, diverted;
static unsigned int pauses;
static DEFINE_MUTEX(lane_lock);

static void set_key(struct static_key_false *key, bool on)
{
	if (on)
		static_branch_enable(key);
	else
		static_branch_disable(key);
}

static void set_lane(void)
{
	set_key(&cvm_hot_lane, open && !pauses);
	set_key(&cvm_trap_lane, open && !pauses && !diverted);
}

/**
 * cvm_hot_open() - let events be counted by the fast lane
 * @details: with their details
 *
 * Context: process context.
 */
void cvm_hot_open(bool details)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu(cvm_hot, cpu),
			   per_cpu(hot_cpu, cpu)->slot[!details]);
	mutex_lock(&lane_lock);
	open = true;
	set_lane();
	mutex_unlock(&lane_lock);
}

/**
 * cvm_hot_close() - let all events be counted the long way
 *
 * Context: process context.
 */
void cvm_hot_close(void)
{
	mutex_lock(&lane_lock);
	open = false;
	set_lane();
	mutex_unlock(&lane_lock);
}

/**
 * cvm_hot_pause() - let all events pass cvm_account(), whatever is configured
 *
 * Context: process context.
 */
void cvm_hot_pause(void)
{
	mutex_lock(&lane_lock);
	pauses++;
	set_lane();
	mutex_unlock(&lane_lock);
}

/**
 * cvm_hot_resume() - take one cvm_hot_pause() back
 *
 * Context: process context.
 */
void cvm_hot_resume(void)
{
	mutex_lock(&lane_lock);
	pauses--;
	set_lane();
	mutex_unlock(&lane_lock);
}

/**
 * cvm_hot_divert() - let traps go where there is more to do, and be counted there
 * @traps: do
 *
 * Context: process context.
 */
void cvm_hot_divert(bool traps)
{
	mutex_lock(&lane_lock);
	diverted = traps;
	set_lane();
	mutex_unlock(&lane_lock);
}

/* Return: what the slot had. */
static u64 count_in(struct cvm_hot_slot *slot, u64 word)
{
	u64 seen = cmpxchg_local(&slot->word, 0, word);

	if (!seen || seen == word)
		local64_inc(&slot->count);
	return seen;
}

static bool count_chosen(struct cvm_hot_slot *slot, u64 word)
{
	struct hot_cpu *hot = this_cpu_read(hot_cpu);
	u64 seen;

	slot = (void *)((unsigned long)slot | sizeof(*slot));
	if (READ_ONCE(slot->word) != word &&
	    local_read(&hot->chosen) >= CHOSEN_SLOTS)
		return false;
	seen = count_in(slot, word);
	if (!seen)
		local_inc(&hot->chosen);
	return !seen || seen == word;
}

/**
 * cvm_hot_find() - count an event by a slot that may be new
 * @word: the event
 *
 * A slot keeps its word for the life of the module, so that readers need no
 * lock, and a hit that nests between any two instructions here does no harm.
 *
 * Context: any, an NMI included; preemption off.
 * Return: whether it was counted; if not, it must be counted the long way.
 */
bool cvm_hot_find(u64 word)
{
	struct cvm_hot_slot *slot;
	u64 seen;

	if (!static_branch_likely(&cvm_hot_lane))
		return false;
	slot = (void *)this_cpu_read(cvm_hot) + cvm_hot_offset(word);
	if (cvm_detail_chosen(cvm_word_reason(word), word & CVM_WORD_USER))
		return count_chosen(slot, word);
	seen = count_in(slot, word);
	if (seen && seen != word)
		seen = count_in(cvm_hot_neighbour(slot), word);
	return !seen || seen == word;
}

/**
 * struct walk - what one walk is for, see each()
 * @cpu: whose counters
 * @classes: BIT(enum cvmstat_class) of those that are wanted
 * @details: only events that have one, with it; else all, without
 * @fn: called for each
 * @arg: for @fn
 */
struct walk {
	unsigned int cpu;
	u32 classes;
	bool details;
	cvm_record_fn fn;
	void *arg;
};

static int emit(const struct walk *walk, const struct cvm_event *ev, u64 count)
{
	struct cvm_record rec = {
		.class = ev->class,
		.has_code = true,
		.code = ev->code,
		.provenance = cvm_provenance_of(ev->class, ev->code),
		.cpu = walk->cpu,
	};

	if (!(walk->classes & BIT(ev->class)) ||
	    (walk->details && !ev->has_detail))
		return 0;
	if (walk->details) {
		rec.has_detail = true;
		rec.detail = ev->detail;
		rec.op = ev->op;
	}
	rec.n[ev->user] = count;
	return walk->fn(&rec, walk->arg);
}

static int emit_ve(const struct walk *walk, u64 word, struct cvm_event *ev,
		   u64 count)
{
	struct cvm_event exit;
	bool exits = cvm_ve_decode(word, ev, &exit);
	int ret = emit(walk, ev, count);

	if (!ret && exits)
		ret = emit(walk, &exit, count);
	return ret ?: emit(walk, &cvm_ve_info_get, count);
}

/* A word stands for one event; a #VE's for up to three. */
static int emit_word(const struct walk *walk, u64 word, u64 count)
{
	struct cvm_event ev = { .user = word & CVM_WORD_USER };
	struct cvm_record rec;

	cvm_reason_at(cvm_word_reason(word), &rec);
	ev.class = rec.class;
	ev.code = rec.code;
	if (ev.class == CVMSTAT_CLASS_VE)
		return emit_ve(walk, word, &ev, count);
	if (ev.class == CVMSTAT_CLASS_VC)
		cvm_vc_decode(word, &ev);
	else
		cvm_vmgexit_decode(word, &ev);
	return emit(walk, &ev, count);
}

static int emit_table(const struct walk *walk, const struct cvm_hot_slot *hot)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < CVM_HOT_SLOTS && !ret; i++) {
		u64 count = local64_read(&hot[i].count);

		if (count)
			ret = emit_word(walk, READ_ONCE(hot[i].word), count);
	}
	return ret;
}

static int each(unsigned int cpu, u32 classes, bool details, cvm_record_fn fn,
		void *arg)
{
	const struct hot_cpu *hot = per_cpu(hot_cpu, cpu);
	const struct walk walk = {
		.cpu = cpu, .classes = classes, .details = details,
		.fn = fn, .arg = arg,
	};
	int ret = emit_table(&walk, hot->slot[0]);

	if (!ret && !details)
		ret = emit_table(&walk, hot->slot[1]);
	return ret;
}

static int each_reason(unsigned int cpu, u32 classes, cvm_record_fn fn,
		       void *arg)
{
	return each(cpu, classes, false, fn, arg);
}

static int each_detail(unsigned int cpu, u32 classes, cvm_record_fn fn,
		       void *arg)
{
	return each(cpu, classes, true, fn, arg);
}

const struct cvm_source cvm_hot_source = {
	.each_reason = each_reason,
	.each_detail = each_detail,
};

static u64 hits_in(const struct cvm_hot_slot *hot, u32 classes)
{
	struct cvm_record rec;
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < CVM_HOT_SLOTS; i++) {
		u64 word = READ_ONCE(hot[i].word);

		if (!word)
			continue;
		cvm_reason_at(cvm_word_reason(word), &rec);
		if (classes & BIT(rec.class))
			sum += local64_read(&hot[i].count);
	}
	return sum;
}

/**
 * cvm_hot_hits_on() - the same on one CPU
 * @cpu: a possible CPU
 * @classes: BIT(enum cvmstat_class) that the hook writes into its words
 */
u64 cvm_hot_hits_on(unsigned int cpu, u32 classes)
{
	if (!classes)
		return 0;
	return hits_in(per_cpu(hot_cpu, cpu)->slot[0], classes) +
	       hits_in(per_cpu(hot_cpu, cpu)->slot[1], classes);
}

/**
 * cvm_hot_hits() - hits of the hook that uses the fast lane for a class
 * @classes: BIT(enum cvmstat_class) that the hook writes into its words
 */
u64 cvm_hot_hits(u32 classes)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += cvm_hot_hits_on(cpu, classes);
	return sum;
}

/**
 * cvm_hot_exit() - give the slots back; after all hooks are detached
 */
void cvm_hot_exit(void)
{
	cvm_counters_free(&hot_cpu);
}

/**
 * cvm_hot_init() - allocate the slots; before any hook is attached, after
 * cvm_reasons_init()
 *
 * Return: 0 or -ENOMEM.
 */
int __init cvm_hot_init(void)
{
	cvm_vc_key_init();
	return cvm_counters_alloc(&hot_cpu, sizeof(struct hot_cpu));
}
