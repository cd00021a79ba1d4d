// SPDX-License-Identifier: GPL-2.0
/*
 * Kprobes by the dozen.
 *
 * A removal waits for all CPUs. And an armed probe that can become a jump soon
 * wakes kprobes' optimiser, which lets nobody place a probe while it waits for
 * all tasks to have scheduled. On a busy guest each is a good part of a second.
 * So probes are placed first, and armed when all are in their places; and those
 * that are not wanted any more leave together.
 *
 * Context of all: process context, one task at a time.
 */
#include <linux/errno.h>
#include <linux/slab.h>

#include "probes.h"

#define MAX_LEAVING	64

static struct kprobe *leaving[MAX_LEAVING];
static struct kprobe *questions[MAX_LEAVING];
static unsigned int nr_leaving, nr_questions;

/**
 * cvm_probe_ask() - ask kprobes about a symbol or an address
 * @symbol: the symbol; NULL to ask whether an instruction begins at @addr
 * @addr: set to the symbol's address
 *
 * Return: 0, or -errno if there can be no probe.
 */
int cvm_probe_ask(const char *symbol, unsigned long *addr)
{
	struct kprobe *kp = kzalloc(sizeof(*kp), GFP_KERNEL);
	int ret;

	if (!kp)
		return -ENOMEM;
	kp->symbol_name = symbol;
	kp->addr = symbol ? NULL : (kprobe_opcode_t *)*addr;
	ret = cvm_probe_add(kp);
	if (ret) {
		kfree(kp);
		return ret;
	}
	*addr = (unsigned long)kp->addr;
	cvm_probe_leave(kp);
	questions[nr_questions++] = kp;
	return 0;
}

/**
 * cvm_probe_add() - put a probe in its place, where enable_kprobe() arms it
 * @kp: the probe
 *
 * Return: 0 or -errno.
 */
int cvm_probe_add(struct kprobe *kp)
{
	kp->flags = KPROBE_FLAG_DISABLED;
	return register_kprobe(kp);
}

static void never(struct kprobe *kp, struct pt_regs *regs, unsigned long flags)
{
}

/**
 * cvm_probe_add_armed() - place a probe that serves while others are placed
 * @kp: the probe
 *
 * A probe with a post_handler is not for the optimiser.
 *
 * Return: 0 or -errno.
 */
int cvm_probe_add_armed(struct kprobe *kp)
{
	kp->flags = 0;	/* from one that has left, it would be disabled */
	kp->post_handler = never;
	return register_kprobe(kp);
}

/**
 * cvm_probe_leave() - remove a probe, with the next flush at the latest
 * @kp: the probe, to be kept until then
 */
void cvm_probe_leave(struct kprobe *kp)
{
	if (nr_leaving == MAX_LEAVING)
		cvm_probes_flush();
	leaving[nr_leaving++] = kp;
}

/**
 * cvm_probes_flush() - wait until all that leave have left
 *
 * When it returns, no handler of theirs runs any more.
 */
void cvm_probes_flush(void)
{
	unregister_kprobes(leaving, nr_leaving);
	nr_leaving = 0;
	while (nr_questions)
		kfree(questions[--nr_questions]);
}
