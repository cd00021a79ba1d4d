// SPDX-License-Identifier: GPL-2.0
/*
 * Kprobes by the dozen.
 *
 * A removal waits for all CPUs. And an armed probe that can become a jump soon
 * wakes kprobes' optimiser, which lets nobody add a probe while it waits for
 * all tasks to have scheduled. On a busy guest each is a good part of a second.
 * So all probes are added first, and armed then; and those that are not wanted
 * any more are unregistered together.
 *
 * Context of all: process context, one task at a time.
 */
#include <linux/errno.h>
#include <linux/kallsyms.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "probes.h"

#define MAX_REMOVED	64

static struct kprobe *removed[MAX_REMOVED];
static struct kprobe *questions[MAX_REMOVED];
static unsigned int nr_removed, nr_questions;

/* The last symbol that was asked about, while its question is there. */
static struct {
	char symbol[KSYM_NAME_LEN];
	unsigned long addr;
	bool ftrace;
} last;

/**
 * cvm_probe_ask() - ask kprobes about a symbol or an address
 * @symbol: the symbol; NULL to ask whether an instruction begins at @addr
 * @addr: set to the symbol's address
 *
 * Each way to attach asks about the same symbol, and that is one question: two
 * probes in one place are made one for both, which kprobes tries to optimise
 * then and not again, when the probe comes that is to be optimised.
 *
 * Return: 0, or -errno if there can be no probe.
 */
int cvm_probe_ask(const char *symbol, unsigned long *addr)
{
	struct kprobe *kp;
	int ret;

	if (symbol && !strcmp(symbol, last.symbol)) {
		*addr = last.addr;
		return 0;
	}
	kp = kzalloc(sizeof(*kp), GFP_KERNEL);
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
	cvm_probe_remove(kp);
	questions[nr_questions++] = kp;
	if (symbol) {
		strscpy(last.symbol, symbol, sizeof(last.symbol));
		last.addr = *addr;
		last.ftrace = kp->flags & KPROBE_FLAG_FTRACE;
	}
	return 0;
}

/**
 * cvm_probe_add() - register a probe, which enable_kprobe() arms
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

static bool is_ftrace(const struct kprobe *kp)
{
	unsigned long addr;

	return kp->symbol_name && !cvm_probe_ask(kp->symbol_name, &addr) && last.ftrace;
}

/**
 * cvm_probe_add_armed() - register a probe that serves while others are added
 * @kp: the probe
 *
 * A probe with a post_handler is not for the optimiser. One that ftrace serves is
 * not anyway, and must have none: kprobes picks the ftrace_ops by it, and where
 * somebody else's probe is armed without, both would be disarmed by the other one.
 *
 * Return: 0 or -errno.
 */
int cvm_probe_add_armed(struct kprobe *kp)
{
	kp->flags = 0;	/* after a removal it would be disabled */
	kp->post_handler = is_ftrace(kp) ? NULL : never;
	return register_kprobe(kp);
}

/**
 * cvm_probe_remove() - remove a probe, with the next flush at the latest
 * @kp: the probe, to be kept until then
 */
void cvm_probe_remove(struct kprobe *kp)
{
	if (nr_removed == MAX_REMOVED)
		cvm_probes_flush();
	removed[nr_removed++] = kp;
}

/**
 * cvm_probes_flush() - unregister all that were removed
 *
 * When it returns, no handler of theirs runs any more.
 */
void cvm_probes_flush(void)
{
	unregister_kprobes(removed, nr_removed);
	nr_removed = 0;
	last.symbol[0] = '\0';
	while (nr_questions)
		kfree(questions[--nr_questions]);
}
