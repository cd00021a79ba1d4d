// SPDX-License-Identifier: GPL-2.0
#include "tally.h"

DEFINE_STATIC_KEY_FALSE(cvm_tally_on);
DEFINE_PER_CPU(struct cvm_tally *, cvm_tally);

/**
 * __cvm_tally_add() - add an event
 * @ev: the event
 *
 * Context: any, an NMI included; preemption off.
 */
noinline void __cvm_tally_add(const struct cvm_event *ev)
{
	struct cvm_tally *tally = this_cpu_read(cvm_tally);
	int index = cvm_reason_index(ev->class, ev->code);

	local64_inc(&tally->class[ev->class].n[ev->user]);
	if (index >= 0)
		local64_inc(&tally->reason[index].n[ev->user]);
}

/**
 * cvm_tally_exit() - give the totals back; after all hooks are detached
 */
void cvm_tally_exit(void)
{
	cvm_counters_free(&cvm_tally);
}

/**
 * cvm_tally_init() - allocate the totals; before any hook is attached
 *
 * Return: 0 or -ENOMEM.
 */
int cvm_tally_init(void)
{
	return cvm_counters_alloc(&cvm_tally, sizeof(struct cvm_tally));
}
