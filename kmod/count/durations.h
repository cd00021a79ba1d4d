/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Durations: how long CPUs stay idle, by idle state. They are only kept while
 * they are wanted.
 */
#ifndef CVMSTAT_DURATIONS_H
#define CVMSTAT_DURATIONS_H

#include <linux/compiler.h>
#include <linux/cpuidle.h>

#include "count/hist.h"

#define CVM_IDLE_STATES	CPUIDLE_STATE_MAX

/*
 * The number of the period in which they are kept; 0 while they are not. It is
 * read where the CPU goes idle: a branch that is patched would take an IPI to
 * all CPUs, and so an exit of each, whenever it is switched.
 */
extern u32 cvm_durations_period;

int cvm_durations_init(void);
void cvm_durations_exit(void);
void cvm_durations_set(bool on);

void __cvm_duration_begin(unsigned int state, u32 period);
void __cvm_duration_end(u32 period);

/**
 * cvm_duration_begin() - this CPU goes idle now
 * @state: below CVM_IDLE_STATES
 *
 * Context: the idle loop, preemption off.
 */
static __always_inline void cvm_duration_begin(unsigned int state)
{
	u32 period = READ_ONCE(cvm_durations_period);

	if (unlikely(period))
		__cvm_duration_begin(state, period);
}

/**
 * cvm_duration_end() - this CPU is idle no more
 *
 * Context: the idle loop, preemption off.
 */
static __always_inline void cvm_duration_end(void)
{
	u32 period = READ_ONCE(cvm_durations_period);

	if (unlikely(period))
		__cvm_duration_end(period);
}

void cvm_durations_read(struct cvm_hist *hist, unsigned int cpu, unsigned int state);

#endif /* CVMSTAT_DURATIONS_H */
