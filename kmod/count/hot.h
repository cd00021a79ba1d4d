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
#include <linux/hash.h>
#include <linux/jump_label.h>
#include <linux/percpu.h>
#include <linux/ptrace.h>
#include <asm/local64.h>

#include "reasons.h"
#include "record.h"

/*
 * The word: mode, index of the reason, and what the detail is worked out from,
 * as the hook found it. It is never 0, which is a free slot: index 0 is that of
 * a #VC without a detail, see vc_word().
 *
 * @CVM_HOT_USER: the lowest bit of the saved CS; at the top, so that one shift
 *	gets it there
 * @CVM_HOT_EXITS: for MMIO, a #VE that the kernel answers by a TDVMCALL
 * @CVM_HOT_FLAG: for MMIO, a #VE whose instruction reads; for an MSR, a VMGEXIT
 *	that writes
 * @CVM_HOT_REASON: index of the reason
 * @CVM_HOT_KEY: MSR index, CPUID leaf, address; for a port, SW_EXITINFO1 or the
 *	exit qualification
 */
#define CVM_HOT_USER_SHIFT	63
#define CVM_HOT_USER		BIT_ULL(CVM_HOT_USER_SHIFT)
#define CVM_HOT_EXITS		BIT_ULL(62)
#define CVM_HOT_FLAG_SHIFT	61
#define CVM_HOT_FLAG		BIT_ULL(CVM_HOT_FLAG_SHIFT)
#define CVM_HOT_REASON_SHIFT	52
#define CVM_HOT_REASON		GENMASK_ULL(60, CVM_HOT_REASON_SHIFT)
#define CVM_HOT_KEY		GENMASK_ULL(CVM_HOT_REASON_SHIFT - 1, 0)

/* Those of #VC, VMGEXIT and #VE. */
static_assert(CVM_HOT_REASON >> CVM_HOT_REASON_SHIFT >= CVM_INDEX(tdvmcall) - 1);

#define CVM_HOT_WORD(index)	((u64)(index) << CVM_HOT_REASON_SHIFT)

/* APM vol. 2 15.10.2, what SW_EXITINFO1 of an I/O event is made of. */
#define CVM_IOIO_IN(info)	((info) & BIT(0))
#define CVM_IOIO_PORT(info)	((u16)((info) >> 16))

/* SDM vol. 3C, exit qualification for I/O instructions. */
#define CVM_VE_IO_IN(qual)	((qual) & BIT(3))
#define CVM_VE_IO_STRING(qual)	((qual) & BIT(4))
#define CVM_VE_IO_PORT(qual)	((u16)((qual) >> 16))

/* GHCI 3.6: only these leaves are the hypervisor's. */
static __always_inline bool cvm_is_hv_leaf(u64 leaf)
{
	return leaf >= 0x40000000UL && leaf <= 0x4fffffffUL;
}

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
DECLARE_PER_CPU(struct cvm_hot_slot *, cvm_hot);

static __always_inline u64 cvm_hot_user(const struct pt_regs *regs)
{
	return (u64)regs->cs << CVM_HOT_USER_SHIFT;
}

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
	slot = (void *)this_cpu_read(cvm_hot) + cvm_hot_offset(word);
	if (unlikely(READ_ONCE(slot->word) != word)) {
		slot = cvm_hot_neighbour(slot);
		if (READ_ONCE(slot->word) != word)
			return false;
	}
	local64_inc(&slot->count);
	return true;
}

int cvm_hot_init(void);
void cvm_hot_exit(void);

void cvm_hot_open(bool details);
void cvm_hot_close(void);
bool cvm_hot_find(u64 word);
u64 cvm_hot_hits(u32 classes);

extern const struct cvm_source cvm_hot_source;

#endif /* CVMSTAT_HOT_H */
