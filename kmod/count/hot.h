/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fast lane of the account. What a hook finds out about an event fits into
 * one word (word.h), and the word has a counter: one comparison and one increment
 * count trap, detail, mode and the hook's hit at once. A reader decodes the word.
 *
 * An event that has no word, or finds no room, goes the long way by
 * cvm_account(): what is here is not there.
 */
#ifndef CVMSTAT_HOT_H
#define CVMSTAT_HOT_H

#include <linux/hash.h>
#include <linux/jump_label.h>
#include <linux/percpu.h>
#include <asm/local64.h>

#include "record.h"

/**
 * struct cvm_hot_slot - one counter of the fast lane
 * @word: the event, 0 if the slot is free; once set it never changes
 * @count: events
 */
struct cvm_hot_slot {
	u64 word;
	local64_t count;
};

#define CVM_HOT_SLOTS	1024

DECLARE_STATIC_KEY_FALSE(cvm_hot_lane);
DECLARE_STATIC_KEY_FALSE(cvm_trap_lane);
DECLARE_PER_CPU(struct cvm_hot_slot *, cvm_hot);

/* Byte offset of the word's slot: the upper bits of a multiplicative hash. */
static __always_inline unsigned long cvm_hot_offset(u64 word)
{
	BUILD_BUG_ON(sizeof(struct cvm_hot_slot) * CVM_HOT_SLOTS != BIT(64 - 50));
	return word * GOLDEN_RATIO_64 >> 50 &
	       ((CVM_HOT_SLOTS - 1) * sizeof(struct cvm_hot_slot));
}

/* The other slot of a pair: where a word goes that finds its own one taken. */
static __always_inline struct cvm_hot_slot *
cvm_hot_neighbour(struct cvm_hot_slot *slot)
{
	return (void *)((unsigned long)slot ^ sizeof(*slot));
}

static __always_inline bool cvm_hot_count(u64 word)
{
	struct cvm_hot_slot *slot;

	slot = (void *)this_cpu_read(cvm_hot) + cvm_hot_offset(word);
	if (unlikely(READ_ONCE(slot->word) != word)) {
		slot = cvm_hot_neighbour(slot);
		if (READ_ONCE(slot->word) != word)
			return false;
	}
	local64_inc(&slot->count);
	return true;
}

/**
 * cvm_hot_hit() - count an event, if that is done in no time
 * @word: the event
 *
 * Context: any, an NMI included; preemption off.
 * Return: whether it was counted.
 */
static __always_inline bool cvm_hot_hit(u64 word)
{
	return static_branch_likely(&cvm_hot_lane) && cvm_hot_count(word);
}

/**
 * cvm_hot_trap() - the same for a trap of which there may be more to do
 * @word: the event
 *
 * Context: any, an NMI included; preemption off.
 * Return: whether it was counted, and that is all.
 */
static __always_inline bool cvm_hot_trap(u64 word)
{
	return static_branch_likely(&cvm_trap_lane) && cvm_hot_count(word);
}

int cvm_hot_init(void);
void cvm_hot_exit(void);

void cvm_hot_open(bool details);
void cvm_hot_close(void);
void cvm_hot_pause(void);
void cvm_hot_resume(void);
void cvm_hot_divert(bool traps);
bool cvm_hot_find(u64 word);
u64 cvm_hot_hits(u32 classes);
u64 cvm_hot_hits_on(unsigned int cpu, u32 classes);

extern const struct cvm_source cvm_hot_source;

#endif /* CVMSTAT_HOT_H */
