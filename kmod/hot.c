// SPDX-License-Identifier: GPL-2.0
/*
 * The slow side of the fast lane: taking slots, and taking words apart.
 */
#include <linux/topology.h>

#include "hot.h"

/*
 * On when all classes are counted, with details and without RIPs: then what an
 * event is says all about how it is counted.
 */
DEFINE_STATIC_KEY_FALSE(cvm_hot_lane);

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
	slot = (void *)this_cpu_read(cvm_cpu) + cvm_hot_offset(word);
	return count_in(slot, word) || count_in(cvm_hot_neighbour(slot), word);
}

/*
 * The flag is what tells the operations of a reason apart in the register that
 * the hook took it from: SW_EXITINFO1's, and an I/O exit qualification's, say
 * read for a port; SW_EXITINFO1's says write for an MSR. For a TDVMCALL's MMIO
 * it says write, and nothing for the #VE before it.
 */
static u8 word_op(u64 word, const struct cvm_record *rec)
{
	bool flag = word & CVM_HOT_FLAG;

	if (rec->class == CVMSTAT_CLASS_VMGEXIT) {
		if (rec->code == CVMSTAT_SVM_MSR)
			return flag ? CVMSTAT_OP_WRITE : CVMSTAT_OP_READ;
		if (rec->code == CVMSTAT_SVM_IOIO)
			return flag ? CVMSTAT_OP_READ : CVMSTAT_OP_WRITE;
	}
	if (rec->class == CVMSTAT_CLASS_TDVMCALL &&
	    rec->code == CVMSTAT_TDVMCALL_MMIO)
		return flag ? CVMSTAT_OP_WRITE : CVMSTAT_OP_READ;
	if ((rec->class == CVMSTAT_CLASS_VE ||
	     rec->class == CVMSTAT_CLASS_TDVMCALL) &&
	    rec->code == CVMSTAT_VE_IO)
		return flag ? CVMSTAT_OP_READ : CVMSTAT_OP_WRITE;
	return CVMSTAT_OP_NONE;
}

/**
 * struct walk - what one walk hands on, see cvm_hot_each()
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

static int hand_on(const struct walk *walk, u64 word, unsigned int place,
		   u64 count)
{
	struct cvm_record rec = { .cpu = walk->cpu };

	cvm_reason_at(place, &rec);
	if (!(walk->classes & BIT(rec.class)))
		return 0;
	if (walk->details) {
		rec.has_detail = true;
		rec.op = word_op(word, &rec);
		rec.detail = word & CVM_HOT_DETAIL_MASK;
	}
	rec.n[!!(word & CVM_HOT_USER)] = count;
	return walk->fn(&rec, walk->arg);
}

/* A #VE stands for up to three events. */
static int hand_on_ve(const struct walk *walk, u64 word, unsigned int place,
		      u64 count)
{
	int ret = 0;

	if (word & CVM_HOT_EXITS)
		ret = hand_on(walk, word, place - AT_VE + AT_TDVMCALL, count);
	/* The module call is the kernel's, and has no detail. */
	if (!ret && !walk->details)
		ret = hand_on(walk, word & ~CVM_HOT_USER,
			      AT_TDCALL + CVMSTAT_TDCALL_VEINFO_GET, count);
	return ret;
}

static bool is_ve(unsigned int place)
{
	return place >= AT_VE && place < AT_TDVMCALL;
}

static int hand_on_slot(const struct walk *walk, const struct cvm_hot_slot *slot)
{
	u64 word = READ_ONCE(slot->word), count = local64_read(&slot->count);
	unsigned int place = (word & CVM_HOT_PLACE) >> CVM_HOT_PLACE_SHIFT;
	int ret = 0;

	if (!count)
		return 0;
	if (!walk->details || word & CVM_HOT_DETAIL)
		ret = hand_on(walk, word, place, count);
	if (!ret && is_ve(place))
		ret = hand_on_ve(walk, word, place, count);
	return ret;
}

/**
 * cvm_hot_each() - walk the fast lane of one CPU
 * @cpu: a possible CPU
 * @classes: BIT(enum cvmstat_class) of those that are wanted
 * @details: by detail, those that have one; else by reason
 * @fn: called for each that is not zero; a value other than 0 ends the walk
 * @arg: for @fn
 *
 * One key can come more than once: the caller adds them up.
 *
 * Context: any. Takes no lock.
 * Return: the last value of @fn.
 */
int cvm_hot_each(unsigned int cpu, u32 classes, bool details,
		 cvm_record_fn fn, void *arg)
{
	const struct cvm_cpu *c = per_cpu(cvm_cpu, cpu);
	const struct walk walk = {
		.cpu = cpu, .classes = classes, .details = details,
		.fn = fn, .arg = arg,
	};
	unsigned int i;
	int ret = 0;

	for (i = 0; i < CVM_HOT_SLOTS && !ret; i++)
		ret = hand_on_slot(&walk, &c->hot[i]);
	return ret;
}

/**
 * cvm_hot_hits() - hits of the hook that uses the fast lane for a class
 * @classes: BIT(enum cvmstat_class) that the hook writes into its words
 */
u64 cvm_hot_hits(u32 classes)
{
	unsigned int cpu, i;
	u64 sum = 0;

	if (!classes)
		return 0;
	for_each_possible_cpu(cpu) {
		const struct cvm_cpu *c = per_cpu(cvm_cpu, cpu);

		for (i = 0; i < CVM_HOT_SLOTS; i++) {
			struct cvm_record rec;
			u64 word = READ_ONCE(c->hot[i].word);

			if (!word)
				continue;
			cvm_reason_at((word & CVM_HOT_PLACE) >>
				      CVM_HOT_PLACE_SHIFT, &rec);
			if (classes & BIT(rec.class))
				sum += local64_read(&c->hot[i].count);
		}
	}
	return sum;
}
