// SPDX-License-Identifier: GPL-2.0
/*
 * Tracepoints, emitted where a listener's own exits do no harm.
 *
 * A listener may wake somebody up, which is an interrupt that a CPU sends itself,
 * and in a confidential guest an exit. In a probe's handler that exit would not be
 * counted, as a kprobe in another one's handler is missed; and while the kernel
 * has the GHCB in its hands the exit takes the spare one, so that an NMI finds
 * none and the guest panics.
 *
 * So an event is only appended to this CPU's ring, with the registers that were
 * trapped. It is emitted when the outermost #VC has returned (returns.c), or, if
 * there is none, when the task leaves the CPU: before that nobody else can be taken
 * for it. A #VE uses nothing that others want: its events are emitted at once.
 *
 * What happens while an event is emitted is emitted behind it. A listener that is
 * woken for each event would thus wake itself without an end, but for two things:
 * a wake-up that is on its way is not sent again, and what an emission causes that
 * was caused by one itself, and that one, too, is left out. Each event that is left
 * out is counted, by why.
 */
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/trace_events.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#include "count/counter.h"
#include "platform.h"
#include "reasons.h"
#include "returns.h"
#include "trace.h"

/*
 * What perf's own probe of an event has to do otherwise: the registers are those
 * that were trapped, and what perf has no room for is counted.
 */
static __always_inline void *alloc_or_count(void *raw, const struct cvm_traced *traced);

#define perf_fetch_caller_regs(to)	(*(to) = traced->regs)
#define perf_trace_buf_alloc(size, regs, rctx) \
	alloc_or_count((perf_trace_buf_alloc)(size, regs, rctx), traced)

#define CREATE_TRACE_POINTS
#include "tracepoints.h"

#define RING	128U

/* What emissions cause one after the other. */
#define MAX_GENERATION	3

/**
 * struct trace_cpu - what is to be emitted on one CPU
 * @ring: events
 * @head: of the next to be appended, ever rising
 * @tail: of the next to be emitted
 * @depth: handlers that were entered and have not returned
 * @epoch: changes when those that have not are given up
 * @generation: while an event is emitted, of what happens meanwhile; else 0
 * @untraced: events that were left out, by why and class
 */
struct trace_cpu {
	struct cvm_traced ring[RING];
	unsigned int head;
	unsigned int tail;
	unsigned int depth;
	u32 epoch;
	u8 generation;
	local64_t untraced[CVM_NR_UNTRACED][CVM_NR_CLASSES];
};

DEFINE_STATIC_KEY_FALSE(cvm_trace_on);
DEFINE_STATIC_KEY_FALSE(cvm_done_on);

static DEFINE_PER_CPU(struct trace_cpu *, trace_cpu);

/* Which listeners an event was appended for. */
static u32 session;

static void leave_out(struct trace_cpu *t, unsigned int why, unsigned int class,
		      bool done)
{
	local64_inc(&t->untraced[done ? CVM_UNTRACED_DONE : why][class]);
}

static __always_inline void *alloc_or_count(void *raw, const struct cvm_traced *traced)
{
	if (unlikely(!raw))
		leave_out(this_cpu_read(trace_cpu), CVM_UNTRACED_REFUSED,
			  traced->ev.class, traced->done);
	return raw;
}

/* Does somebody listen to events of this class? */
static bool is_heard(unsigned int class)
{
	if (BIT(class) & CVM_TRAPS)
		return trace_trap_enabled();
	if (BIT(class) & CVM_EXITS)
		return trace_exit_enabled();
	return trace_call_enabled();
}

static void tell(const struct cvm_traced *traced)
{
	if (traced->done)
		trace_done(traced);
	else if (BIT(traced->ev.class) & CVM_TRAPS)
		trace_trap(traced);
	else if (BIT(traced->ev.class) & CVM_EXITS)
		trace_exit(traced);
	else
		trace_call(traced);
}

/* Take a place in the ring; what nests takes another one. */
static struct cvm_traced *append(struct trace_cpu *t)
{
	unsigned int head;

	do {
		head = READ_ONCE(t->head);
		if (head - READ_ONCE(t->tail) >= RING)
			return NULL;
	} while (cmpxchg_local(&t->head, head, head + 1) != head);
	return &t->ring[head % RING];
}

/*
 * Will the stack of what was trapped be there when the event is emitted? That of an
 * emission's own event will not.
 */
static bool keeps_stack(const struct trace_cpu *t, const struct cvm_traced *traced)
{
	if (user_mode((struct pt_regs *)traced->ev.regs))
		return true;
	if (traced->generation)
		return false;
	return cvm_platform.trap_class == CVMSTAT_CLASS_VE || traced->done ||
	       READ_ONCE(t->depth) == 1;
}

static void copy_regs(const struct trace_cpu *t, struct cvm_traced *traced)
{
	struct pt_regs *to = &traced->regs;

	if (traced->ev.regs && keeps_stack(t, traced)) {
		*to = *traced->ev.regs;
	} else {
		memset(to, 0, sizeof(*to));
		to->cs = __KERNEL_CS;
		to->flags = X86_EFLAGS_FIXED;
	}
	/* A handler that is done has let it go on. */
	to->ip = traced->ev.rip ?: traced->ev.regs ? traced->ev.regs->ip : 0;
}

/* Append an event; @ns if it is that a handler is done. */
static void add(struct trace_cpu *t, const struct cvm_event *ev, bool done, u64 ns)
{
	unsigned int generation = READ_ONCE(t->generation);
	struct cvm_traced *traced = NULL;

	if (generation <= MAX_GENERATION)
		traced = append(t);
	if (!traced) {
		leave_out(t, generation > MAX_GENERATION ? CVM_UNTRACED_OWN :
							   CVM_UNTRACED_FULL,
			  ev->class, done);
		return;
	}
	traced->ev = *ev;
	traced->done = done;
	traced->ns = ns;
	traced->generation = generation;
	copy_regs(t, traced);
	traced->task = current;
	traced->session = READ_ONCE(session);
	/* Pairs with flush(): an NMI in between must not emit half of it. */
	smp_store_release(&traced->ready, true);
}

/**
 * __cvm_trace_add() - append an event
 * @ev: the event
 *
 * Context: any, an NMI included; preemption off.
 */
noinline void __cvm_trace_add(const struct cvm_event *ev)
{
	if (is_heard(ev->class))
		add(this_cpu_read(trace_cpu), ev, false, 0);
}

static void emit_one(struct trace_cpu *t, const struct cvm_traced *traced)
{
	if (traced->session != READ_ONCE(session))
		return;
	if (traced->task == current)
		tell(traced);
	else
		leave_out(t, CVM_UNTRACED_MOVED, traced->ev.class, traced->done);
}

/* Interrupts are off. */
static void flush(struct trace_cpu *t)
{
	struct cvm_traced *traced;

	if (READ_ONCE(t->generation))
		return;
	WRITE_ONCE(t->generation, 1);
	while (t->tail != READ_ONCE(t->head)) {
		traced = &t->ring[t->tail % RING];
		if (!smp_load_acquire(&traced->ready)) /* add() */
			break;
		WRITE_ONCE(t->generation, traced->generation + 1);
		emit_one(t, traced);
		traced->ready = false;
		WRITE_ONCE(t->tail, t->tail + 1);
	}
	WRITE_ONCE(t->generation, 0);
}

/**
 * cvm_trace_emit() - emit what was added since cvm_trace_hold(), and before
 * @flags: of that
 *
 * Context: any but a kprobe's handler, and no GHCB in use; preemption off.
 */
noinline void cvm_trace_emit(unsigned long flags)
{
	flush(this_cpu_read(trace_cpu));
	local_irq_restore(flags);
}

/* What a handler that is entered hands on to its return. */
static u64 whereabouts(const struct trace_cpu *t)
{
	return (u64)smp_processor_id() << 32 | t->epoch;
}

/* A #VE's events are emitted at once, and those of an emission behind it. */
static bool waits_for_return(const struct trace_cpu *t)
{
	return cvm_platform.trap_class == CVMSTAT_CLASS_VC && !READ_ONCE(t->generation);
}

/**
 * __cvm_trace_enter() - a trap's handler is entered
 * @slot: where its return address is
 * @regs: of the trap
 * @code: of the trap
 *
 * Context: any, an NMI included; preemption off.
 */
noinline void __cvm_trace_enter(unsigned long *slot, const struct pt_regs *regs,
				u32 code)
{
	struct trace_cpu *t = this_cpu_read(trace_cpu);
	u32 asked = (waits_for_return(t) ? CVM_ASKED_BACK : 0) |
		    (static_branch_unlikely(&cvm_done_on) ? CVM_ASKED_DONE : 0);
	struct cvm_return *entry;

	entry = asked ? cvm_return_hook(slot) : NULL;
	if (!entry)
		return;
	entry->whereabouts = whereabouts(t);
	entry->regs = regs;
	entry->ip = regs->ip;
	entry->code = code;
	if (asked & CVM_ASKED_BACK)
		WRITE_ONCE(t->depth, t->depth + 1);
	if (asked & CVM_ASKED_DONE)
		entry->began = rdtsc();
	entry->asked |= asked;
}

/* What it took is appended where it ends. */
static void add_done(struct trace_cpu *t, const struct cvm_return *entered, u64 now)
{
	u64 took = max_t(s64, now - entered->began, 0);
	struct cvm_event ev = {
		.class = cvm_platform.trap_class,
		.code = entered->code,
		.user = user_mode((struct pt_regs *)entered->regs),
		.rip = entered->ip,
		.regs = t->depth ? NULL : entered->regs,
	};

	if (trace_done_enabled())
		add(t, &ev, true, mul_u64_u32_div(took, USEC_PER_SEC, tsc_khz));
}

/**
 * cvm_trace_returned() - the handler has returned
 * @entered: what is known of it
 * @now: TSC
 *
 * It may have become another exception, and have moved to another CPU in that.
 *
 * Context: interrupts off.
 */
void cvm_trace_returned(const struct cvm_return *entered, u64 now)
{
	struct trace_cpu *t = this_cpu_read(trace_cpu);

	if (entered->asked & CVM_ASKED_BACK && t->depth &&
	    entered->whereabouts == whereabouts(t))
		WRITE_ONCE(t->depth, t->depth - 1);
	if (entered->asked & CVM_ASKED_DONE)
		add_done(t, entered, now);
	if (!t->depth)
		flush(t);
}

/**
 * cvm_trace_leave() - a task is about to leave this CPU
 *
 * No handler that uses a GHCB can be left: those that have not returned by now
 * are in an exception that came of them, or will not return at all.
 *
 * Context: the scheduler's, interrupts off.
 */
void cvm_trace_leave(void)
{
	struct trace_cpu *t = this_cpu_read(trace_cpu);

	if (t->depth) {
		t->depth = 0;
		t->epoch++;
	}
	if (t->tail != t->head)
		flush(t);
}

/**
 * cvm_trace_begin() - what was appended for former listeners is not for new ones
 */
void cvm_trace_begin(void)
{
	WRITE_ONCE(session, session + 1);
}

/**
 * cvm_trace_untraced() - events of this CPU that were left out
 * @why: enum cvm_untraced
 * @classes: BIT(enum cvmstat_class) of those that are wanted
 */
u64 cvm_trace_untraced(unsigned int why, u32 classes)
{
	const struct trace_cpu *t = this_cpu_read(trace_cpu);
	unsigned long left = classes;
	unsigned int class;
	u64 sum = 0;

	for_each_set_bit(class, &left, CVM_NR_CLASSES)
		sum += local64_read(&t->untraced[why][class]);
	return sum;
}

/**
 * cvm_trace_exit() - give the rings back; after all hooks are detached, and all
 * handlers have returned
 */
void cvm_trace_exit(void)
{
	cvm_counters_free(&trace_cpu);
}

/**
 * cvm_trace_init() - make the rings; before any hook is attached
 *
 * Return: 0 or -ENOMEM.
 */
int __init cvm_trace_init(void)
{
	return cvm_counters_alloc(&trace_cpu, sizeof(struct trace_cpu));
}
