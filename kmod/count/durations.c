// SPDX-License-Identifier: GPL-2.0
#include <linux/percpu.h>
#include <asm/msr.h>

#include "counter.h"
#include "durations.h"

/**
 * struct cpu_durations - of one CPU
 * @times: by state
 * @tsc: when it went idle
 * @state: the state that it is in
 * @period: the period in which it went idle; 0: it is not idle, or nobody knows
 *	since when
 *
 * Only the idle loop writes it, which no interrupt and no NMI enters. A CPU that
 * goes offline leaves its idle state before.
 */
struct cpu_durations {
	struct cvm_buckets times[CVM_IDLE_STATES];
	u64 tsc;
	u32 state;
	u32 period;
};

static DEFINE_PER_CPU(struct cpu_durations *, cpu_durations);

u32 cvm_durations_period __read_mostly;

/* Of the last period, or this one. */
static u32 last_period;

void __cvm_duration_begin(unsigned int state, u32 period)
{
	struct cpu_durations *d = this_cpu_read(cpu_durations);

	d->state = state;
	d->period = period;
	d->tsc = rdtsc();
}

/* What began in another period may have ended there, and been idle again since. */
void __cvm_duration_end(u32 period)
{
	u64 now = rdtsc();
	struct cpu_durations *d = this_cpu_read(cpu_durations);

	if (d->period == period)
		cvm_buckets_add(&d->times[d->state], now - d->tsc);
	d->period = 0;
}

/**
 * cvm_durations_set() - keep durations, or do not
 * @on: keep them
 *
 * A CPU that is idle meanwhile is woken by nobody: its duration is no value, as
 * its beginning or its end is not known.
 *
 * Context: process context, under the configuration's lock.
 */
void cvm_durations_set(bool on)
{
	if (on == !!cvm_durations_period)
		return;
	if (on)
		last_period = last_period + 1 ?: 1;
	WRITE_ONCE(cvm_durations_period, on ? last_period : 0);
}

/**
 * cvm_durations_read() - durations of a CPU in a state
 * @hist: filled
 * @cpu: a possible CPU
 * @state: below CVM_IDLE_STATES
 */
void cvm_durations_read(struct cvm_hist *hist, unsigned int cpu, unsigned int state)
{
	cvm_hist_read(hist, &per_cpu(cpu_durations, cpu)->times[state]);
}

/**
 * cvm_durations_exit() - give the histograms back; when no hook is there any more
 */
void cvm_durations_exit(void)
{
	cvm_counters_free(&cpu_durations);
}

/**
 * cvm_durations_init() - allocate the histograms
 *
 * Return: 0 or -ENOMEM.
 */
int cvm_durations_init(void)
{
	return cvm_counters_alloc(&cpu_durations, sizeof(struct cpu_durations));
}
