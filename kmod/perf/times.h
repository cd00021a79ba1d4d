/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Handler times, as sums: from a trap handler's entry to its return, by reason. The
 * histograms of count/latency.c tell more, and cost more.
 */
#ifndef CVMSTAT_TIMES_H
#define CVMSTAT_TIMES_H

#include <linux/jump_label.h>
#include <linux/percpu.h>
#include <asm/msr.h>

#include "count/counter.h"
#include "count/word.h"
#include "reasons.h"
#include "returns.h"

/* Of a trap that no table knows: no trap has the last index of a word. */
#define CVM_TIME_UNKNOWN	CVM_WORD_REASON
#define CVM_NR_TIMES		((CVM_WORD_REASON >> CVM_WORD_REASON_SHIFT) + 1)

static_assert(CVM_INDEX(tdvmcall) < CVM_NR_TIMES);

/**
 * struct cvm_times - what one CPU's handlers took, in cycles of the TSC
 * @reason: by index in the table of reasons, of those that are traps
 * @all: of all, of reasons that no table knows, and of an idle CPU's HLT, too
 */
struct cvm_times {
	struct cvm_pair reason[CVM_NR_TIMES];
	struct cvm_pair all;
};

DECLARE_STATIC_KEY_FALSE(cvm_time_on);
DECLARE_PER_CPU(struct cvm_times *, cvm_times);

int cvm_time_init(void);
void cvm_time_exit(void);

void cvm_times_take(bool on);

void __cvm_time_enter(unsigned long *slot, u64 word);
void cvm_time_enter_slow(unsigned long *slot, unsigned int class, u64 code, bool user);

/**
 * cvm_times_taken() - does somebody want to know? Then cvm_time_enter(), or _slow()
 */
static __always_inline bool cvm_times_taken(void)
{
	return static_branch_unlikely(&cvm_time_on);
}

static __always_inline void cvm_time_begin(struct cvm_return *entry, u64 word)
{
	entry->word = word;
	entry->asked |= CVM_ASKED_TIME;
	entry->began = rdtsc();
}

/**
 * cvm_time_enter() - a trap's handler is entered
 * @slot: where its return address is
 * @word: of the trap, of which mode and reason count
 *
 * Context: any, an NMI included; preemption off.
 */
static __always_inline void cvm_time_enter(unsigned long *slot, u64 word)
{
	struct cvm_return *entry;

	if (likely(cvm_return_try(slot, &entry)))
		cvm_time_begin(entry, word);
	else
		__cvm_time_enter(slot, word);
}

#endif /* CVMSTAT_TIMES_H */
