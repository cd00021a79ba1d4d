/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Totals of each CPU by reason and by class, for those who read them at every
 * context switch: one load instead of a walk over tables.
 */
#ifndef CVMSTAT_TALLY_H
#define CVMSTAT_TALLY_H

#include <linux/jump_label.h>
#include <linux/percpu.h>

#include "count/counter.h"
#include "part.h"
#include "reasons.h"
#include "record.h"

/**
 * struct cvm_tally - what happened on one CPU while somebody wanted to know
 * @reason: by index in the table of reasons
 * @class: by class, reasons that no table knows included
 * @idle: of @reason, what the idle task did, or an interrupt that hit it
 * @idle_rest: of a class's reasons that no table knows
 */
struct cvm_tally {
	struct cvm_pair reason[CVM_NR_REASONS];
	struct cvm_pair class[CVM_NR_CLASSES];
	struct cvm_pair idle[CVM_NR_REASONS];
	struct cvm_pair idle_rest[CVM_NR_CLASSES];
};

DECLARE_STATIC_KEY_FALSE(cvm_tally_on);
DECLARE_PER_CPU(struct cvm_tally *, cvm_tally);

int cvm_tally_init(void);
void cvm_tally_exit(void);

void __cvm_tally_add(const struct cvm_event *ev);

/**
 * cvm_tally_add() - add an event, if somebody wants to know
 * @ev: the event
 *
 * Whatever is switched off for others: who opens an event wants its figure.
 *
 * Context: any, an NMI included; preemption off.
 */
static __always_inline void cvm_tally_add(const struct cvm_event *ev)
{
	if (static_branch_unlikely(&cvm_tally_on))
		__cvm_tally_add(ev);
}

extern const struct cvm_part cvm_idle_count_part;

#endif /* CVMSTAT_TALLY_H */
