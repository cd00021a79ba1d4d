// SPDX-License-Identifier: GPL-2.0
/*
 * A start time belongs to the invocation, as a handler may be preempted and go on
 * elsewhere; its time goes to the CPU, and with it to the task, where it returns.
 */
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kprobes.h>
#include <linux/linkage.h>
#include <linux/preempt.h>

#include "times.h"
#include "trace.h"

DEFINE_STATIC_KEY_FALSE(cvm_time_on);
DEFINE_PER_CPU(struct cvm_times *, cvm_times);

/**
 * __cvm_time_enter() - as cvm_time_enter(), if the return was hooked before, or if
 * the first place is taken
 * @slot: where its return address is
 * @word: of the trap
 */
noinline void __cvm_time_enter(unsigned long *slot, u64 word)
{
	struct cvm_return *entry = cvm_return_hook(slot);

	if (entry)
		cvm_time_begin(entry, word);
}

/**
 * cvm_time_enter_slow() - as cvm_time_enter(), for a trap that may have no word
 * @slot: where its return address is
 * @class: of the trap
 * @code: of the trap
 * @user: raised in user mode
 */
noinline void cvm_time_enter_slow(unsigned long *slot, unsigned int class, u64 code,
				  bool user)
{
	int index = cvm_reason_index(class, code);

	__cvm_time_enter(slot, (index < 0 ? CVM_TIME_UNKNOWN : CVM_WORD(index)) |
			       (user ? CVM_WORD_USER : 0));
}

/* The clocks of two CPUs may differ by a little: then it took no time. */
static __always_inline void add_time(u64 word, u64 took)
{
	unsigned int user = word >> CVM_WORD_USER_SHIFT;
	struct cvm_times *times;

	if (unlikely((s64)took < 0))
		return;
	preempt_disable_notrace();
	times = this_cpu_read(cvm_times);
	local64_add(took, &times->reason[cvm_word_reason(word)].n[user]);
	local64_add(took, &times->all.n[user]);
	preempt_enable_notrace();
}

/* The same, for more than its time, or from another place. */
static noinline void returned_slow(unsigned long *slot)
{
	struct cvm_return *entry = cvm_return_find(slot), entered = *entry;
	unsigned long flags;
	u64 now = rdtsc();

	*slot = entered.address;
	cvm_return_release(entry);
	if (entered.asked & CVM_ASKED_TIME)
		add_time(entered.word, now - entered.began);
	if (!(entered.asked & (CVM_ASKED_DONE | CVM_ASKED_BACK)))
		return;
	local_irq_save(flags);
	cvm_trace_returned(&entered, now);
	local_irq_restore(flags);
}

/* From the trampoline: makes the stack what it was, and tells. */
asmlinkage __visible void cvm_returned(unsigned long *slot)
{
	struct cvm_return *entry = cvm_return_place(slot);
	u64 began, word;

	if (unlikely(READ_ONCE(entry->slot) != slot || entry->asked != CVM_ASKED_TIME)) {
		returned_slow(slot);
		return;
	}
	*slot = entry->address;
	began = entry->began;
	word = entry->word;
	cvm_return_release(entry);
	add_time(word, rdtsc() - began);
}

NOKPROBE_SYMBOL(cvm_returned);

/**
 * cvm_times_take() - begin to take times, or end
 * @on: begin
 *
 * Context: process context, one at a time.
 */
void cvm_times_take(bool on)
{
	if (on) {
		cvm_returns_use();
		static_branch_enable(&cvm_time_on);
	} else {
		static_branch_disable(&cvm_time_on);
	}
}

/**
 * cvm_time_exit() - give the sums back; after all hooks are detached
 */
void cvm_time_exit(void)
{
	cvm_returns_exit();
	cvm_counters_free(&cvm_times);
}

/**
 * cvm_time_init() - make the sums; before any hook is attached
 *
 * Return: 0 or -ENOMEM.
 */
int __init cvm_time_init(void)
{
	int ret = cvm_returns_init();

	if (ret)
		return ret;
	ret = cvm_counters_alloc(&cvm_times, sizeof(struct cvm_times));
	if (ret)
		cvm_returns_exit();
	return ret;
}
