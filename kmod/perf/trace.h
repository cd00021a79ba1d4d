/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events for the kernel's tracing tools. A hook appends them, wherever it is; they
 * are emitted where that does no harm.
 */
#ifndef CVMSTAT_TRACE_H
#define CVMSTAT_TRACE_H

#include <linux/jump_label.h>
#include <linux/ptrace.h>

#include "record.h"

/**
 * struct cvm_traced - an event that is to be emitted
 * @ev: the event; of a handler that is done, its trap
 * @ns: what the handler took
 * @regs: what was trapped; zero but for the instruction pointer if nothing was, or
 *	if its stack is another one when the event is emitted
 * @task: whose event it is
 * @session: of tracing
 * @generation: 0, or one more than that of the event whose emission caused it
 * @done: a handler is done
 * @ready: all of this is filled in
 */
struct cvm_traced {
	struct cvm_event ev;
	u64 ns;
	struct pt_regs regs;
	const struct task_struct *task;
	u32 session;
	u8 generation;
	bool done;
	bool ready;
};

/**
 * enum cvm_untraced - why an event is not emitted
 * @CVM_UNTRACED_OWN: the listener's own, at one that was its own already
 * @CVM_UNTRACED_FULL: too many at once
 * @CVM_UNTRACED_MOVED: its task left the CPU before it could be emitted
 * @CVM_UNTRACED_REFUSED: perf was about its business on this CPU already
 * @CVM_UNTRACED_DONE: for any of these, a handler that is done
 * @CVM_NR_UNTRACED: how many reasons there are
 */
enum cvm_untraced {
	CVM_UNTRACED_OWN,
	CVM_UNTRACED_FULL,
	CVM_UNTRACED_MOVED,
	CVM_UNTRACED_REFUSED,
	CVM_UNTRACED_DONE,
	CVM_NR_UNTRACED,
};

DECLARE_STATIC_KEY_FALSE(cvm_trace_on);
DECLARE_STATIC_KEY_FALSE(cvm_done_on);

int cvm_trace_init(void);
void cvm_trace_exit(void);

struct cvm_return;

void cvm_trace_begin(void);
void cvm_trace_leave(void);
void cvm_trace_returned(const struct cvm_return *entered, u64 now);
u64 cvm_trace_untraced(unsigned int why, u32 classes);

void __cvm_trace_add(const struct cvm_event *ev);
void __cvm_trace_enter(unsigned long *slot, const struct pt_regs *regs, u32 code);
void cvm_trace_emit(unsigned long flags);

/**
 * cvm_trace_add() - have an event emitted, if somebody listens
 * @ev: the event
 *
 * Context: any, an NMI included; preemption off.
 */
static __always_inline void cvm_trace_add(const struct cvm_event *ev)
{
	if (static_branch_unlikely(&cvm_trace_on))
		__cvm_trace_add(ev);
}

/**
 * cvm_trace_enter() - a trap's handler is entered
 * @slot: where its return address is
 * @regs: of the trap
 * @code: of the trap
 *
 * What a #VC's adds, and what others add meanwhile, is emitted when it returns.
 *
 * Context: any, an NMI included; preemption off.
 */
static __always_inline void cvm_trace_enter(unsigned long *slot,
					    const struct pt_regs *regs, u32 code)
{
	if (static_branch_unlikely(&cvm_trace_on))
		__cvm_trace_enter(slot, regs, code);
}

/**
 * cvm_trace_hold() - until cvm_trace_emit() nobody else emits what is added
 * @flags: for that
 *
 * An interrupt in between would emit it in a context in which perf may be at work
 * itself, and refuse it.
 *
 * Return: whether somebody listens; if not, there is nothing to be emitted.
 */
static __always_inline bool cvm_trace_hold(unsigned long *flags)
{
	if (!static_branch_unlikely(&cvm_trace_on))
		return false;
	/* Lockdep is told: in a #VE handler they can be on, and listeners ask it. */
	local_irq_save(*flags);
	return true;
}

#endif /* CVMSTAT_TRACE_H */
