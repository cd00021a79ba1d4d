// SPDX-License-Identifier: GPL-2.0
/*
 * What of a #VC is the exit: the time from the call of the function that all of its
 * VMGEXITs go through, to its return. A probe of the return costs more than it
 * measures, but outside of what it measures.
 */
#include <linux/kprobes.h>
#include <linux/sched.h>
#include <asm/tsc.h>

#include "bench.h"

/* The run that is timed: one at a time, on one CPU, with interrupts off. */
static struct task_struct *timed;
static u64 taken;

static int entered(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	*(u64 *)instance->data = rdtsc_ordered();
	return 0;
}

static int returned(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	u64 now = rdtsc_ordered();

	if (current == READ_ONCE(timed))
		WRITE_ONCE(taken, taken + now - *(u64 *)instance->data);
	return 0;
}

static struct kretprobe probe;

/**
 * bench_switch_begin() - time the VMGEXITs of the current task from now on
 *
 * Context: process; one run at a time.
 * Return: 0 or -errno.
 */
int bench_switch_begin(void)
{
	int ret;

	/* What is left of an earlier registration is refused. */
	probe = (struct kretprobe) {
		.kp.symbol_name = "sev_es_ghcb_hv_call",
		.entry_handler = entered,
		.handler = returned,
		.data_size = sizeof(u64),
		.maxactive = 4 * num_possible_cpus(),
	};
	ret = register_kretprobe(&probe);
	if (!ret)
		WRITE_ONCE(timed, current);
	return ret ? -EOPNOTSUPP : 0;
}

void bench_switch_clear(void)
{
	WRITE_ONCE(taken, 0);
}

/* 0 if there was none, or the probe missed it. */
u64 bench_switch_taken(void)
{
	return READ_ONCE(taken);
}

void bench_switch_end(void)
{
	WRITE_ONCE(timed, NULL);
	unregister_kretprobe(&probe);
}
