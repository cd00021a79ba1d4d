// SPDX-License-Identifier: GPL-2.0
/*
 * The slow side of the fast lane: taking slots, and taking words apart.
 */
#include <linux/cache.h>

#include "counter.h"
#include "hot.h"

/**
 * struct hot_cpu - what one CPU counted by the fast lane; nobody else writes it
 * @slot: while details are kept, and while they are not
 */
struct hot_cpu {
	struct cvm_hot_slot slot[2][CVM_HOT_SLOTS];
};

static DEFINE_PER_CPU(struct hot_cpu *, hot_cpu);

/* No slot straddles two cache lines. */
static_assert(SMP_CACHE_BYTES % sizeof(struct cvm_hot_slot) == 0);

/*
 * On when all classes are counted, and without RIPs: then what an event is says
 * all about how it is counted.
 */
DEFINE_STATIC_KEY_FALSE(cvm_hot_lane);

/* One of the two tables of this CPU, by whether details are kept. */
DEFINE_PER_CPU(struct cvm_hot_slot *, cvm_hot);

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
	static_branch_enable(&cvm_hot_lane);
}

/**
 * cvm_hot_close() - let all events be counted the long way
 *
 * Context: process context.
 */
void cvm_hot_close(void)
{
	static_branch_disable(&cvm_hot_lane);
}

static bool count_in(struct cvm_hot_slot *slot, u64 word)
{
	u64 seen = cmpxchg_local(&slot->word, 0, word);

	if (seen && seen != word)
		return false;
	local64_inc(&slot->count);
	return true;
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

	if (!static_branch_likely(&cvm_hot_lane))
		return false;
	slot = (void *)this_cpu_read(cvm_hot) + cvm_hot_offset(word);
	return count_in(slot, word) || count_in(cvm_hot_neighbour(slot), word);
}

/**
 * struct apart - what a word says beyond reason and mode
 * @has_detail: @detail means something
 * @exits: of a #VE, the kernel answers it by a TDVMCALL of the same code
 * @op: enum cvmstat_op
 * @exit_op: the same, for that TDVMCALL
 * @detail: see the table in selftests/testbed/LEDGER.md
 */
struct apart {
	bool has_detail;
	bool exits;
	u8 op;
	u8 exit_op;
	u64 detail;
};

static u8 reads(bool yes)
{
	return yes ? CVMSTAT_OP_READ : CVMSTAT_OP_WRITE;
}

static void vc_apart(struct apart *a, u64 code)
{
	a->has_detail = code == CVMSTAT_SVM_CPUID || code == CVMSTAT_SVM_MSR;
}

static void vmgexit_apart(struct apart *a, u64 code, u64 word)
{
	switch (code) {
	case CVMSTAT_SVM_MSR:
		a->op = reads(!(word & CVM_HOT_FLAG));
		break;
	case CVMSTAT_SVM_IOIO:
		a->op = reads(CVM_IOIO_IN(word));
		a->detail = CVM_IOIO_PORT(word);
		break;
	case CVMSTAT_SVM_CPUID:
	case CVMSTAT_NAE_MMIO_READ:
	case CVMSTAT_NAE_MMIO_WRITE:
		break;
	default:
		a->has_detail = false;
	}
}

static void ve_apart(struct apart *a, u64 code, u64 word)
{
	bool user = word & CVM_HOT_USER;

	switch (code) {
	case CVMSTAT_VE_RDMSR:
	case CVMSTAT_VE_WRMSR:
		a->exits = !user;
		break;
	case CVMSTAT_VE_IO:
		a->exits = !user && !CVM_VE_IO_STRING(word);
		a->op = reads(CVM_VE_IO_IN(word));
		a->exit_op = a->op;
		a->detail = CVM_VE_IO_PORT(word);
		break;
	case CVMSTAT_VE_CPUID:
		a->exits = cvm_is_hv_leaf(a->detail);
		break;
	case CVMSTAT_VE_EPT_VIOLATION:
		a->exits = word & CVM_HOT_EXITS;
		a->exit_op = reads(word & CVM_HOT_FLAG);
		break;
	default:
		a->has_detail = false;
	}
}

/* The other side of vc_word(), vmgexit_word() and ve_word(). */
static struct apart take_apart(u64 word, const struct cvm_record *rec)
{
	struct apart a = { .has_detail = true, .detail = word & CVM_HOT_KEY };

	if (rec->class == CVMSTAT_CLASS_VC)
		vc_apart(&a, rec->code);
	else if (rec->class == CVMSTAT_CLASS_VMGEXIT)
		vmgexit_apart(&a, rec->code, word);
	else
		ve_apart(&a, rec->code, word);
	return a;
}

/**
 * struct walk - what one walk hands on, see each()
 * @cpu: whose
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

static int hand_on(const struct walk *walk, struct cvm_record *rec, bool user,
		   u64 count)
{
	if (!(walk->classes & BIT(rec->class)))
		return 0;
	rec->cpu = walk->cpu;
	rec->n[user] = count;
	return walk->fn(rec, walk->arg);
}

static int hand_on_detail(const struct walk *walk, unsigned int index,
			  const struct apart *a, u8 op, bool user, u64 count)
{
	struct cvm_record rec = { 0 };

	cvm_reason_at(index, &rec);
	if (walk->details) {
		rec.has_detail = true;
		rec.detail = a->detail;
		rec.op = op;
	}
	return hand_on(walk, &rec, user, count);
}

/* The module call before a #VE is the kernel's, and has no detail. */
static int hand_on_veinfo(const struct walk *walk, u64 count)
{
	struct cvm_record rec = { 0 };

	if (walk->details)
		return 0;
	cvm_reason_at(CVM_INDEX(tdcall) + CVMSTAT_TDCALL_VEINFO_GET, &rec);
	return hand_on(walk, &rec, false, count);
}

static unsigned int reason_of(u64 word)
{
	return (word & CVM_HOT_REASON) >> CVM_HOT_REASON_SHIFT;
}

/* A word stands for one event; a #VE's for up to three. */
static int hand_on_word(const struct walk *walk, u64 word, u64 count)
{
	unsigned int index = reason_of(word);
	bool user = word & CVM_HOT_USER;
	struct cvm_record rec;
	struct apart a;
	int ret = 0;

	cvm_reason_at(index, &rec);
	a = take_apart(word, &rec);
	if (!walk->details || a.has_detail)
		ret = hand_on_detail(walk, index, &a, a.op, user, count);
	if (!ret && a.exits)
		ret = hand_on_detail(walk, index - CVM_INDEX(ve) + CVM_INDEX(tdvmcall), &a,
				     a.exit_op, user, count);
	if (!ret && rec.class == CVMSTAT_CLASS_VE)
		ret = hand_on_veinfo(walk, count);
	return ret;
}

static int hand_on_table(const struct walk *walk, const struct cvm_hot_slot *hot)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < CVM_HOT_SLOTS && !ret; i++) {
		u64 count = local64_read(&hot[i].count);

		if (count)
			ret = hand_on_word(walk, READ_ONCE(hot[i].word), count);
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
	int ret = hand_on_table(&walk, hot->slot[0]);

	if (!ret && !details)
		ret = hand_on_table(&walk, hot->slot[1]);
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
		cvm_reason_at(reason_of(word), &rec);
		if (classes & BIT(rec.class))
			sum += local64_read(&hot[i].count);
	}
	return sum;
}

/**
 * cvm_hot_hits() - hits of the hook that uses the fast lane for a class
 * @classes: BIT(enum cvmstat_class) that the hook writes into its words
 */
u64 cvm_hot_hits(u32 classes)
{
	unsigned int cpu;
	u64 sum = 0;

	if (!classes)
		return 0;
	for_each_possible_cpu(cpu)
		sum += hits_in(per_cpu(hot_cpu, cpu)->slot[0], classes) +
		       hits_in(per_cpu(hot_cpu, cpu)->slot[1], classes);
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
 * cvm_hot_init() - allocate the slots; before any hook is attached
 *
 * Return: 0 or -ENOMEM.
 */
int cvm_hot_init(void)
{
	return cvm_counters_alloc(&hot_cpu, sizeof(struct hot_cpu));
}
