/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The word of an event: all that a hook found out about it fits into 64 bits.
 * What a word is made of, and how an event comes out of it again, is the
 * platform's: word_sev.h, word_tdx.h.
 *
 * Mode, index of the reason, and a key that the detail is worked out from, as the
 * hook found it. It is never 0, which is a free slot: index 0 is that of a #VC
 * without a detail, see cvm_vc_word().
 *
 * @CVM_WORD_USER: the lowest bit of the saved CS; at the top, so that one shift
 *	gets it there
 * @CVM_WORD_EXITS, @CVM_WORD_FLAG: the platform's
 * @CVM_WORD_REASON: index of the reason
 * @CVM_WORD_KEY: the platform's
 */
#ifndef CVMSTAT_WORD_H
#define CVMSTAT_WORD_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/ptrace.h>

#include "reasons.h"
#include "record.h"

#define CVM_WORD_USER_SHIFT	63
#define CVM_WORD_USER		BIT_ULL(CVM_WORD_USER_SHIFT)
#define CVM_WORD_EXITS		BIT_ULL(62)
#define CVM_WORD_FLAG_SHIFT	61
#define CVM_WORD_FLAG		BIT_ULL(CVM_WORD_FLAG_SHIFT)
#define CVM_WORD_REASON_SHIFT	52
#define CVM_WORD_REASON		GENMASK_ULL(60, CVM_WORD_REASON_SHIFT)
#define CVM_WORD_KEY		GENMASK_ULL(CVM_WORD_REASON_SHIFT - 1, 0)

/* Those of #VC, VMGEXIT and #VE. */
static_assert(CVM_WORD_REASON >> CVM_WORD_REASON_SHIFT >= CVM_INDEX(tdvmcall) - 1);

#define CVM_WORD(index)		((u64)(index) << CVM_WORD_REASON_SHIFT)

static __always_inline u64 cvm_word_user(const struct pt_regs *regs)
{
	return (u64)regs->cs << CVM_WORD_USER_SHIFT;
}

static __always_inline unsigned int cvm_word_reason(u64 word)
{
	return (word & CVM_WORD_REASON) >> CVM_WORD_REASON_SHIFT;
}

/* enum cvmstat_detail of the word's reason. */
static __always_inline u8 cvm_word_detail(u64 word)
{
	return cvm_details[cvm_word_reason(word)];
}

/*
 * What is written to an ICR, above its address or index. The quick way to a word does
 * without: no slot of the fast lane ever has such a word, so that a write of an ICR
 * goes the slow way, which knows, and nothing else pays for it.
 */
static __always_inline u64 cvm_icr_key(u64 icr)
{
	return (icr & CVMSTAT_ICR_MASK) << CVMSTAT_ICR_SHIFT;
}

static_assert((u64)CVMSTAT_ICR_MASK << CVMSTAT_ICR_SHIFT == (CVM_WORD_KEY & ~(u64)U32_MAX));

static __always_inline u8 cvm_op(bool reads)
{
	return reads ? CVMSTAT_OP_READ : CVMSTAT_OP_WRITE;
}

#endif /* CVMSTAT_WORD_H */
