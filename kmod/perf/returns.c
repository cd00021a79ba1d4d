// SPDX-License-Identifier: GPL-2.0
/*
 * A probe at a function's entry puts a trampoline where the return address is,
 * and keeps the address in a table; the trampoline puts it back. A return probe
 * would do the same, but its handler is a kprobe's, during which others miss
 * their hits.
 *
 * What is kept belongs to the invocation, which may end on another CPU, and not
 * in the order in which others began. So it is found by the place of the return
 * address on the stack, which no two invocations share while they last. One that
 * never returns leaves its entry behind; the next one at the same place takes it.
 */
#include <linux/kprobes.h>
#include <linux/linkage.h>
#include <linux/log2.h>
#include <linux/objtool.h>
#include <linux/panic.h>
#include <linux/rcupdate.h>
#include <linux/vmalloc.h>
#include <asm/unwind_hints.h>

#include "returns.h"

/* Traps nest three deep at most, by an NMI; a preempted #VE waits for its turn. */
#define ENTRIES_PER_CPU	64
#define MAX_TRIES	4

struct cvm_return *cvm_return_table __ro_after_init;
unsigned long cvm_return_mask __ro_after_init;

/* Before the first one is hooked nothing has to be waited for. */
static bool used;

/* The @i-th place to look at, of those that wrap around. */
static struct cvm_return *place(unsigned long *slot, unsigned int i)
{
	unsigned long at = (void *)cvm_return_place(slot) - (void *)cvm_return_table;

	return (void *)cvm_return_table +
	       ((at + i * sizeof(struct cvm_return)) & cvm_return_mask);
}

static struct cvm_return *find(unsigned long *slot)
{
	unsigned int i;

	for (i = 0; i < MAX_TRIES; i++)
		if (READ_ONCE(place(slot, i)->slot) == slot)
			return place(slot, i);
	return NULL;
}

static struct cvm_return *claim(unsigned long *slot)
{
	struct cvm_return *entry = find(slot);
	unsigned int i;

	for (i = 0; i < MAX_TRIES && !entry; i++) {
		entry = place(slot, i);
		if (READ_ONCE(entry->slot) || cmpxchg(&entry->slot, NULL, slot))
			entry = NULL;
	}
	return entry;
}

/**
 * cvm_return_hook() - be told when a function returns
 * @slot: where its return address is, at its entry
 *
 * Two may ask for one invocation.
 *
 * Context: any, an NMI included; no move to another CPU.
 * Return: what is known of it, for each to add its own; NULL if there is no room.
 */
struct cvm_return *cvm_return_hook(unsigned long *slot)
{
	struct cvm_return *entry = claim(slot);

	if (entry && *slot != (unsigned long)cvm_return_trampoline)
		cvm_return_replace(entry, slot);
	return entry;
}

NOKPROBE_SYMBOL(cvm_return_hook);

/**
 * cvm_return_find() - what is known of an invocation that was hooked
 * @slot: where its return address was
 */
struct cvm_return *cvm_return_find(unsigned long *slot)
{
	struct cvm_return *entry = find(slot);

	if (!entry)
		panic("cvmstat: nowhere to return to");
	return entry;
}

NOKPROBE_SYMBOL(cvm_return_find);

/*
 * The stack is as the caller has it when its call returns. The first push makes
 * room for the return address again, and with it a stack that can be unwound.
 * What is hooked returns no more than rax has room for.
 */
asm(".pushsection .text\n"
	"	.balign 16\n"
	"	.type cvm_return_trampoline, @function\n"
	"	.global cvm_return_trampoline\n"
	"cvm_return_trampoline:\n"
	ANNOTATE_NOENDBR
	"	pushq %rax\n"
	UNWIND_HINT_FUNC
	"	pushq %rax\n"
	"	leaq 8(%rsp), %rdi\n"
	"	call cvm_returned\n"
	"	popq %rax\n"
	ASM_RET
	"	.size cvm_return_trampoline, .-cvm_return_trampoline\n"
	".popsection\n");

NOKPROBE_SYMBOL(cvm_return_trampoline);

/**
 * cvm_returns_use() - from now on returns may be hooked
 */
void cvm_returns_use(void)
{
	WRITE_ONCE(used, true);
}

/**
 * cvm_returns_exit() - give the table back; after all hooks are detached
 *
 * Those that have not returned yet are in a trap's handler, with interrupts off
 * or preempted. So each task has to have passed a place of its own choice.
 */
void cvm_returns_exit(void)
{
	if (used) {
		synchronize_rcu_tasks();
		synchronize_rcu();
	}
	vfree(cvm_return_table);
}

/**
 * cvm_returns_init() - make the table
 *
 * Return: 0 or -ENOMEM.
 */
int __init cvm_returns_init(void)
{
	size_t size = roundup_pow_of_two(ENTRIES_PER_CPU * num_possible_cpus()) *
		      sizeof(*cvm_return_table);

	cvm_return_table = vzalloc(size);
	cvm_return_mask = size - sizeof(*cvm_return_table);
	return cvm_return_table ? 0 : -ENOMEM;
}
