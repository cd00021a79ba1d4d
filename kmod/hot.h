/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fast lane of the account. What a hook finds out about an event fits into
 * one word, and the word has a counter: one comparison and one increment count
 * trap, detail, mode and the hook's hit at once. A reader takes the word apart.
 *
 * An event that does not fit, or finds no room, goes the long way by
 * cvm_account(): what is here is not there.
 */
#ifndef CVMSTAT_HOT_H
#define CVMSTAT_HOT_H

#include <linux/bits.h>
#include <linux/jump_label.h>
#include <linux/ptrace.h>

#include "account.h"

/*
 * The word: detail, place of the reason, flags.
 *
 * @CVM_HOT_USER: the saved CS's privilege level, at the top so that one shift
 *	gets it there
 * @CVM_HOT_VALID: tells a word from a free slot
 * @CVM_HOT_FLAG: tells the operations of a reason apart, see word_op()
 * @CVM_HOT_EXITS: a #VE that the kernel answers by a TDVMCALL of the same code
 * @CVM_HOT_DETAIL: there is a detail
 */
#define CVM_HOT_USER_SHIFT	62
#define CVM_HOT_USER		(3ULL << CVM_HOT_USER_SHIFT)
#define CVM_HOT_VALID		BIT_ULL(61)
#define CVM_HOT_FLAG_SHIFT	60
#define CVM_HOT_FLAG		BIT_ULL(CVM_HOT_FLAG_SHIFT)
#define CVM_HOT_EXITS		BIT_ULL(59)
#define CVM_HOT_DETAIL		BIT_ULL(58)
#define CVM_HOT_PLACE_SHIFT	48
#define CVM_HOT_PLACE		GENMASK_ULL(57, CVM_HOT_PLACE_SHIFT)
#define CVM_HOT_DETAIL_MASK	GENMASK_ULL(CVM_HOT_PLACE_SHIFT - 1, 0)

static_assert(CVM_HOT_PLACE >> CVM_HOT_PLACE_SHIFT >= AT_END);

#define CVM_HOT_WORD(place) \
	(CVM_HOT_VALID | (u64)(place) << CVM_HOT_PLACE_SHIFT)

DECLARE_STATIC_KEY_FALSE(cvm_hot_lane);

static __always_inline u64 cvm_hot_user(const struct pt_regs *regs)
{
	return (u64)regs->cs << CVM_HOT_USER_SHIFT;
}

static __always_inline u64 cvm_hot_flag(u64 bit)
{
	return (bit & 1) << CVM_HOT_FLAG_SHIFT;
}

/* Byte offset of the word's slot: some upper bits of a multiplicative hash. */
static __always_inline unsigned long cvm_hot_offset(u64 word)
{
	BUILD_BUG_ON(sizeof(struct cvm_hot_slot) != 16);
	return word * GOLDEN_RATIO_64 >> 48 &
	       ((CVM_HOT_SLOTS - 1) * sizeof(struct cvm_hot_slot));
}

/* The other slot of a pair: where a word goes that finds its own one taken. */
static __always_inline struct cvm_hot_slot *
cvm_hot_neighbour(struct cvm_hot_slot *slot)
{
	return (void *)((unsigned long)slot ^ sizeof(*slot));
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
	struct cvm_hot_slot *slot;

	if (!static_branch_likely(&cvm_hot_lane))
		return false;
	slot = (void *)this_cpu_read(cvm_cpu) + cvm_hot_offset(word);
	if (unlikely(READ_ONCE(slot->word) != word)) {
		slot = cvm_hot_neighbour(slot);
		if (READ_ONCE(slot->word) != word)
			return false;
	}
	local64_inc(&slot->count);
	return true;
}

bool cvm_hot_find(u64 word);
int cvm_hot_each(unsigned int cpu, u32 classes, bool details,
		 cvm_record_fn fn, void *arg);
u64 cvm_hot_hits(u32 classes);

#endif /* CVMSTAT_HOT_H */
