/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_ACCOUNT_H
#define CVMSTAT_ACCOUNT_H

#include <linux/bits.h>
#include <linux/cache.h>
#include <linux/hash.h>
#include <linux/percpu.h>

#include "count/counter.h"
#include "count/rips.h"
#include "count/tally.h"
#include "perf/trace.h"
#include "reasons.h"
#include "record.h"

/* Counters of hooks, and of reasons that no table knows. */
#define CVM_MAX_HOOKS	40
#define CVM_REST_SLOTS	64

/**
 * struct cvm_slot - one entry of a per-CPU hash table
 * @meta: 0 free, CVM_SLOT_BUSY claimed, else the first half of the key; it
 *	is published after @key and never changes again
 * @key: second half of the key
 * @count: events
 */
struct cvm_slot {
	u64 meta;
	u64 key;
	struct cvm_pair count;
};

#define CVM_SLOT_BUSY	1ULL

/**
 * struct cvm_cpu - what one CPU counted; nobody else writes it
 * @reason: by index in the table of reasons
 * @overflow: by the same, events whose detail found its table full
 * @lost_reason: by class, events of unknown reasons that found @rest full
 * @hits: by hook
 * @rest: reasons that the table of reasons does not know
 * @detail: hash table of details, of cvm_detail_slots; behind it that of those
 *	that user mode chooses, of cvm_chosen_slots
 */
struct cvm_cpu {
	struct cvm_pair reason[CVM_NR_REASONS];
	struct cvm_pair overflow[CVM_NR_REASONS];
	struct cvm_pair lost_reason[CVM_NR_CLASSES];
	local64_t hits[CVM_MAX_HOOKS];
	struct cvm_slot rest[CVM_REST_SLOTS] ____cacheline_aligned;
	struct cvm_slot detail[] ____cacheline_aligned;
};

extern u32 cvm_enabled;
extern unsigned int cvm_detail_slots, cvm_chosen_slots;
DECLARE_PER_CPU(struct cvm_cpu *, cvm_cpu);

/* cvm_enabled: what is counted, in one word. Classes, and above them: */
#define CVM_ENABLED_DETAILS	BIT(CVM_NR_CLASSES)
#define CVM_ENABLED_RIPS	BIT(CVM_NR_CLASSES + 1)
/* Classes of which only RIPs are kept here. */
#define CVM_ENABLED_RIPS_SHIFT	16

int cvm_account_init(void);
void cvm_account_exit(void);
void cvm_account_enable(u32 classes, u32 rips_only, bool details, bool rips);

struct cvm_slot *cvm_slot_find(struct cvm_slot *table, u32 mask, u32 at,
			       u64 meta, u64 key);
void cvm_count_rest(unsigned int class, u64 code, bool user);
void cvm_account_rip_only(const struct cvm_event *ev);

/* Keys of details: bit 63 tells a key from a free and from a busy slot. */
#define CVM_META_VALID		BIT_ULL(63)
#define CVM_META_OP_SHIFT	16

static __always_inline u32 cvm_hash(u64 meta, u64 key)
{
	return ((key ^ meta << 20) * GOLDEN_RATIO_64) >> 40;
}

static __always_inline void cvm_count_detail(struct cvm_cpu *c, unsigned int index,
					     const struct cvm_event *ev)
{
	u64 meta = CVM_META_VALID | (u64)ev->op << CVM_META_OP_SHIFT | index;
	u32 at = cvm_hash(meta, ev->detail), mask = cvm_detail_slots - 1;
	struct cvm_slot *table = c->detail, *slot;

	if (unlikely(cvm_detail_chosen(index, ev->user))) {
		table += cvm_detail_slots;
		mask = cvm_chosen_slots - 1;
	}
	slot = &table[at & mask];
	if (unlikely(READ_ONCE(slot->meta) != meta || slot->key != ev->detail))
		slot = cvm_slot_find(table, mask, at, meta, ev->detail);
	if (likely(slot))
		local64_inc(&slot->count.n[ev->user]);
	else
		local64_inc(&c->overflow[index].n[ev->user]);
}

/**
 * cvm_account() - count an event
 * @c: this CPU's counters
 * @ev: the event
 *
 * Inline, as a handler knows half of the event when it is compiled.
 *
 * Context: any, an NMI included; preemption off.
 */
static __always_inline void cvm_account(struct cvm_cpu *c,
					const struct cvm_event *ev)
{
	u32 enabled = READ_ONCE(cvm_enabled);
	int index;

	cvm_tally_add(ev);
	cvm_trace_add(ev);
	if (unlikely(!(enabled & BIT(ev->class)))) {
		cvm_account_rip_only(ev);
		return;
	}
	index = cvm_reason_index(ev->class, ev->code);
	if (unlikely(index < 0)) {
		cvm_count_rest(ev->class, ev->code, ev->user);
		return;
	}
	local64_inc(&c->reason[index].n[ev->user]);
	if (ev->has_detail && likely(enabled & CVM_ENABLED_DETAILS))
		cvm_count_detail(c, index, ev);
	if (unlikely(enabled & CVM_ENABLED_RIPS) && ev->rip)
		cvm_rips_account(index, ev->user, ev->rip);
}

/**
 * cvm_hook_hit() - count a hit of a hook
 * @id: number of the hook
 *
 * Context: any, an NMI included; preemption off.
 * Return: this CPU's counters.
 */
static __always_inline struct cvm_cpu *cvm_hook_hit(unsigned int id)
{
	struct cvm_cpu *c = this_cpu_read(cvm_cpu);

	local64_inc(&c->hits[id]);
	return c;
}

u64 cvm_hook_hits(unsigned int id);
u64 cvm_hook_hits_on(unsigned int cpu, unsigned int id);

extern const struct cvm_source cvm_account_source;

#endif /* CVMSTAT_ACCOUNT_H */
