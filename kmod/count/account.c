// SPDX-License-Identifier: GPL-2.0
/*
 * The account: per-CPU counters by reason and by detail.
 *
 * A hit comes from a probe, with preemption off, in any context: a #VC or an
 * NMI may nest between any two instructions here. Hence only increments that
 * are one instruction, and slots that are claimed by one compare-and-exchange
 * of their own CPU. Nothing is ever removed: a slot, once published, keeps its
 * key for the life of the module, so that readers need no lock.
 */
#include <linux/bits.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "account.h"
#include "rips.h"

unsigned int cvm_detail_slots = 1024;
module_param_named(detail_slots, cvm_detail_slots, uint, 0444);
MODULE_PARM_DESC(detail_slots, "details that each CPU can keep, a power of two (1024)");

static_assert(CVM_NR_CLASSES + 1 < CVM_ENABLED_RIPS_SHIFT &&
	      CVM_ENABLED_RIPS_SHIFT + CVM_NR_CLASSES <= 32);

#define CVM_MAX_DETAIL_SLOTS	BIT(20)

/*
 * Anybody can fill the table of what user mode chooses. It is small, as programs
 * ask for few leaves, and nobody else's details are in it.
 */
#define CHOSEN_SHARE	4U

unsigned int cvm_chosen_slots __read_mostly;

/* A probe sequence is bounded: a full table must not slow an exit down. */
#define CVM_MAX_TRIES	16

u32 cvm_enabled __read_mostly = CVM_ALL_CLASSES | CVM_ENABLED_DETAILS;

DEFINE_PER_CPU(struct cvm_cpu *, cvm_cpu);

/*
 * No cache line is written by two CPUs: each CPU's counters are whole pages,
 * see counter.c. And no slot straddles two lines.
 */
static_assert(__alignof__(struct cvm_cpu) == SMP_CACHE_BYTES);
static_assert(sizeof(struct cvm_cpu) % SMP_CACHE_BYTES == 0);
static_assert(SMP_CACHE_BYTES % sizeof(struct cvm_slot) == 0);
static_assert(offsetof(struct cvm_cpu, detail) % SMP_CACHE_BYTES == 0);
static_assert(offsetof(struct cvm_cpu, rest) % SMP_CACHE_BYTES == 0);

/* Publish a slot for the key, unless somebody was faster. */
static bool slot_claim(struct cvm_slot *slot, u64 meta, u64 key)
{
	if (cmpxchg_local(&slot->meta, 0, CVM_SLOT_BUSY) != 0)
		return false;
	slot->key = key;
	/* Pairs with the readers' smp_load_acquire(): a key before its meta. */
	smp_store_release(&slot->meta, meta);
	return true;
}

/**
 * cvm_slot_find() - find, or take, the slot of a key
 * @table: hash table of this CPU
 * @mask: its size, less one
 * @at: where to begin
 * @meta: first half of the key
 * @key: second half of the key
 *
 * A hit that nests between the claim and the publication skips the busy slot
 * and may take a second one for the same key: readers add them up.
 *
 * Context: any, an NMI included; preemption off.
 * Return: the slot, or NULL if there is no room.
 */
struct cvm_slot *cvm_slot_find(struct cvm_slot *table, u32 mask, u32 at,
			       u64 meta, u64 key)
{
	unsigned int tries;

	for (tries = 0; tries < CVM_MAX_TRIES; tries++, at++) {
		struct cvm_slot *slot = &table[at & mask];
		u64 seen = READ_ONCE(slot->meta);

		if (seen == meta && slot->key == key)
			return slot;
		if (!seen && slot_claim(slot, meta, key))
			return slot;
	}
	return NULL;
}

/**
 * cvm_count_rest() - count an event of a reason that no table knows
 * @class: enum cvmstat_class
 * @code: reason inside the class
 * @user: raised in user mode
 *
 * Context: any, an NMI included; preemption off.
 */
void cvm_count_rest(unsigned int class, u64 code, bool user)
{
	struct cvm_cpu *c = this_cpu_read(cvm_cpu);
	u64 meta = CVM_META_VALID | class;
	struct cvm_slot *slot;

	slot = cvm_slot_find(c->rest, CVM_REST_SLOTS - 1, cvm_hash(meta, code),
			     meta, code);
	if (slot)
		local64_inc(&slot->count.n[user]);
	else
		local64_inc(&c->lost_reason[class].n[user]);
}

/**
 * cvm_account_rip_only() - an event that is not to be counted here
 * @ev: the event
 *
 * Its class is switched off, or the kernel counts it itself. Then only its
 * instruction pointer is missing, which the kernel does not keep.
 *
 * Context: any, an NMI included; preemption off.
 */
void cvm_account_rip_only(const struct cvm_event *ev)
{
	u32 rips = READ_ONCE(cvm_enabled) >> CVM_ENABLED_RIPS_SHIFT;
	int index;

	if (!(rips & BIT(ev->class)) || !ev->rip)
		return;
	index = cvm_reason_index(ev->class, ev->code);
	if (index >= 0)
		cvm_rips_account(index, ev->user, ev->rip);
}

/**
 * cvm_account_enable() - say what is counted
 * @classes: BIT(enum cvmstat_class) of those that are counted here
 * @rips_only: of those of which only instruction pointers are kept here
 * @details: keep details
 * @rips: keep instruction pointers
 *
 * The hot path reads one word without a lock: the next hit sees the change.
 */
void cvm_account_enable(u32 classes, u32 rips_only, bool details, bool rips)
{
	WRITE_ONCE(cvm_enabled, classes |
		   (details ? CVM_ENABLED_DETAILS : 0) |
		   (rips ? CVM_ENABLED_RIPS : 0) |
		   (rips ? rips_only << CVM_ENABLED_RIPS_SHIFT : 0));
}

/**
 * cvm_hook_hits_on() - hits of a hook on one CPU
 * @cpu: a possible CPU
 * @id: number of the hook
 */
u64 cvm_hook_hits_on(unsigned int cpu, unsigned int id)
{
	return local64_read(&per_cpu(cvm_cpu, cpu)->hits[id]);
}

/**
 * cvm_hook_hits() - hits of a hook on all CPUs
 * @id: number of the hook
 */
u64 cvm_hook_hits(unsigned int id)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += cvm_hook_hits_on(cpu, id);
	return sum;
}

static bool is_zero(const struct cvm_pair *pair)
{
	return !local64_read(&pair->n[0]) && !local64_read(&pair->n[1]);
}

/* Emit a record, unless it is zero. */
static int emit(struct cvm_record *rec, const struct cvm_pair *pair,
		cvm_record_fn fn, void *arg)
{
	rec->n[0] = local64_read(&pair->n[0]);
	rec->n[1] = local64_read(&pair->n[1]);
	if (!rec->n[0] && !rec->n[1])
		return 0;
	return fn(rec, arg);
}

static int each_known(unsigned int cpu, u32 classes, cvm_record_fn fn,
		      void *arg)
{
	const struct cvm_cpu *c = per_cpu(cvm_cpu, cpu);
	unsigned int i;
	int ret = 0;

	for (i = 0; i < CVM_NR_REASONS && !ret; i++) {
		struct cvm_record rec = { .cpu = cpu };

		/* Before the search for its code: most are zero. */
		if (is_zero(&c->reason[i]))
			continue;
		cvm_reason_at(i, &rec);
		if (classes & BIT(rec.class))
			ret = emit(&rec, &c->reason[i], fn, arg);
	}
	return ret;
}

static int each_rest(unsigned int cpu, unsigned int class, cvm_record_fn fn,
		     void *arg)
{
	const struct cvm_cpu *c = per_cpu(cvm_cpu, cpu);
	struct cvm_record full = {
		.class = class, .overflow = true, .cpu = cpu,
	};
	unsigned int i;
	int ret;

	for (i = 0; i < CVM_REST_SLOTS; i++) {
		const struct cvm_slot *slot = &c->rest[i];
		struct cvm_record rec = {
			.class = class, .has_code = true, .cpu = cpu,
		};

		/* Pairs with slot_claim(). */
		if (smp_load_acquire(&slot->meta) != (CVM_META_VALID | class))
			continue;
		rec.code = slot->key;
		ret = emit(&rec, &slot->count, fn, arg);
		if (ret)
			return ret;
	}
	return emit(&full, &c->lost_reason[class], fn, arg);
}

static int each_reason(unsigned int cpu, u32 classes, cvm_record_fn fn,
		       void *arg)
{
	int ret = each_known(cpu, classes, fn, arg);
	unsigned int class;

	for (class = 0; class < CVM_NR_CLASSES && !ret; class++)
		if (classes & BIT(class))
			ret = each_rest(cpu, class, fn, arg);
	return ret;
}

/* Events without a detail, as a table was full, by reason. */
static int each_lost(unsigned int cpu, u32 classes, cvm_record_fn fn, void *arg)
{
	const struct cvm_cpu *c = per_cpu(cvm_cpu, cpu);
	unsigned int i;
	int ret = 0;

	for (i = 0; i < CVM_NR_REASONS && !ret; i++) {
		struct cvm_record rec = { .overflow = true, .cpu = cpu };

		if (is_zero(&c->overflow[i]))
			continue;
		cvm_reason_at(i, &rec);
		if (classes & BIT(rec.class))
			ret = emit(&rec, &c->overflow[i], fn, arg);
	}
	return ret;
}

/* One key can come twice, see cvm_slot_find(). */
static int each_detail(unsigned int cpu, u32 classes, cvm_record_fn fn,
		       void *arg)
{
	const struct cvm_cpu *c = per_cpu(cvm_cpu, cpu);
	unsigned int i, slots = cvm_detail_slots + cvm_chosen_slots;
	int ret = 0;

	for (i = 0; i < slots && !ret; i++) {
		const struct cvm_slot *slot = &c->detail[i];
		struct cvm_record rec = { .has_detail = true, .cpu = cpu };
		u64 meta;

		meta = smp_load_acquire(&slot->meta); /* pairs with slot_claim() */
		if (!(meta & CVM_META_VALID))
			continue;
		cvm_reason_at(meta & GENMASK(CVM_META_OP_SHIFT - 1, 0), &rec);
		rec.op = (meta & ~CVM_META_VALID) >> CVM_META_OP_SHIFT;
		rec.detail = slot->key;
		if (classes & BIT(rec.class))
			ret = emit(&rec, &slot->count, fn, arg);
	}
	return ret ?: each_lost(cpu, classes, fn, arg);
}

const struct cvm_source cvm_account_source = {
	.each_reason = each_reason,
	.each_detail = each_detail,
};

/**
 * cvm_account_exit() - give the counters back; after all hooks are detached
 */
void cvm_account_exit(void)
{
	cvm_counters_free(&cvm_cpu);
}

/**
 * cvm_account_init() - allocate the counters; before any hook is attached
 *
 * Return: 0, -EINVAL for a wrong module parameter (in the log), or -ENOMEM.
 */
int cvm_account_init(void)
{
	if (!is_power_of_2(cvm_detail_slots) ||
	    cvm_detail_slots > CVM_MAX_DETAIL_SLOTS) {
		pr_err("detail_slots=%u is not a power of two up to %lu\n",
		       cvm_detail_slots, CVM_MAX_DETAIL_SLOTS);
		return -EINVAL;
	}
	cvm_chosen_slots = max(cvm_detail_slots / CHOSEN_SHARE, 1U);
	return cvm_counters_alloc(&cvm_cpu, struct_size((struct cvm_cpu *)NULL, detail,
							cvm_detail_slots + cvm_chosen_slots));
}
