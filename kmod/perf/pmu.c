// SPDX-License-Identifier: GPL-2.0
/*
 * A PMU: the kernel's own tools count exits by task, by CPU and by cgroup.
 *
 * An event is the difference of this CPU's totals between its start and its
 * stop. Perf starts and stops it at context switches, so that it costs nothing
 * at an exit; the totals are kept from when the first event is opened until a
 * while after the last one is closed.
 *
 * Who may open what is perf's own rule, kernel.perf_event_paranoid and
 * CAP_PERFMON: an event says of a task, or of the machine, what the events of
 * the CPU's own PMU say. exclude_user and exclude_kernel are by the mode that was
 * trapped; an exit without a trap is the kernel's.
 */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/mutex.h>
#include <linux/perf_event.h>
#include <linux/workqueue.h>

#include "count/hot.h"
#include "count/patched.h"
#include "count/tally.h"
#include "events.h"
#include "pmu.h"
#include "times.h"
#include "trace.h"

/*
 * Patching code interrupts all CPUs, which are exits: somebody who opens and
 * closes an event again and again does it once.
 */
#define LINGER	HZ

/**
 * struct keeper - something that is kept while events need it
 * @events: that do
 * @lock: who begins and ends it
 * @kept: it is
 * @keep: begin and end
 * @linger: ends it, some time behind the last event
 */
struct keeper {
	atomic_t events;
	struct mutex lock; /* who begins and ends it */
	bool kept;
	void (*keep)(bool on);
	struct delayed_work linger;
};

/* Under the lock. */
static void keep(struct keeper *keeper, bool on)
{
	if (on != keeper->kept)
		keeper->keep(on);
	keeper->kept = on;
}

static void end_if_unused(struct keeper *keeper)
{
	mutex_lock(&keeper->lock);
	if (!atomic_read(&keeper->events))
		keep(keeper, false);
	mutex_unlock(&keeper->lock);
}

static void linger(struct work_struct *work)
{
	end_if_unused(container_of(to_delayed_work(work), struct keeper, linger));
}

static void keep_totals(bool on)
{
	if (on) {
		static_branch_enable(&cvm_tally_on);
		cvm_hot_pause();
	} else {
		cvm_hot_resume();
		static_branch_disable(&cvm_tally_on);
	}
}

static void keep_times(bool on)
{
	cvm_times_take(on);
	cvm_hot_divert(on);
}

static struct keeper totals = {
	.lock = __MUTEX_INITIALIZER(totals.lock),
	.keep = keep_totals,
	.linger = __DELAYED_WORK_INITIALIZER(totals.linger, linger, 0),
};

static struct keeper times = {
	.lock = __MUTEX_INITIALIZER(times.lock),
	.keep = keep_times,
	.linger = __DELAYED_WORK_INITIALIZER(times.linger, linger, 0),
};

static void open_one(struct keeper *keeper)
{
	if (atomic_inc_not_zero(&keeper->events))
		return;
	mutex_lock(&keeper->lock);
	keep(keeper, true);
	atomic_inc(&keeper->events);
	mutex_unlock(&keeper->lock);
}

static void close_one(struct keeper *keeper)
{
	if (atomic_dec_and_test(&keeper->events))
		mod_delayed_work(system_wq, &keeper->linger, LINGER);
}

static void stop(struct keeper *keeper)
{
	cancel_delayed_work_sync(&keeper->linger);
	end_if_unused(keeper);
}

/* Of the two modes those that the event does not exclude. */
static u64 wanted(const struct perf_event *event, const struct cvm_pair *pair)
{
	u64 sum = 0;

	if (!event->attr.exclude_kernel)
		sum += local64_read(&pair->n[0]);
	if (!event->attr.exclude_user)
		sum += local64_read(&pair->n[1]);
	return sum;
}

/**
 * struct walk - the kernel's own counters that an event means
 * @event: the event
 * @counted: what it counts
 * @sum: of them
 */
struct walk {
	const struct perf_event *event;
	struct cvm_counted counted;
	u64 sum;
};

static int add_patched(const struct cvm_record *rec, void *arg)
{
	struct walk *walk = arg;

	if (!walk->counted.classes &&
	    cvm_reason_index(rec->class, rec->code) != (int)walk->counted.index)
		return 0;
	if (!walk->event->attr.exclude_kernel)
		walk->sum += rec->n[0];
	if (!walk->event->attr.exclude_user)
		walk->sum += rec->n[1];
	return 0;
}

/* Where event_init() keeps what it has decoded. */
static struct cvm_counted counted_by(const struct perf_event *event)
{
	return (struct cvm_counted){
		.classes = event->hw.config,
		.source = event->hw.idx,
		.class = event->hw.config_base,
		.index = event->hw.event_base,
	};
}

static u64 add_classes(const struct perf_event *event, const struct cvm_pair *class,
		       unsigned long classes)
{
	unsigned int i;
	u64 sum = 0;

	for_each_set_bit(i, &classes, CVM_NR_CLASSES)
		sum += wanted(event, &class[i]);
	return sum;
}

static u64 total_patched(const struct perf_event *event,
			 const struct cvm_counted *counted, u32 classes)
{
	struct walk walk = { .event = event, .counted = *counted };

	cvm_patched_source.each_reason(smp_processor_id(), classes, add_patched, &walk);
	return walk.sum;
}

static u64 total_events(const struct perf_event *event,
			const struct cvm_counted *counted)
{
	const struct cvm_tally *tally = this_cpu_read(cvm_tally);
	u32 classes = counted->classes ?: BIT(counted->class);
	u32 patched = classes & cvm_patched_classes();
	u64 sum = 0;

	if (unlikely(patched))
		sum = total_patched(event, counted, patched);
	else if (!counted->classes)
		return wanted(event, &tally->reason[counted->index]);
	return sum + add_classes(event, tally->class, counted->classes & ~patched);
}

static u64 total_times(const struct perf_event *event,
		       const struct cvm_counted *counted)
{
	const struct cvm_times *taken = this_cpu_read(cvm_times);

	if (!counted->classes)
		return wanted(event, &taken->reason[counted->index]);
	/* A guest has traps of one class. An idle CPU's HLT took no time of anybody's. */
	return wanted(event, &taken->all) -
	       wanted(event, &taken->reason[CVM_INDEX(ve) + CVMSTAT_VE_HLT]);
}

/* This CPU's total of what the event counts. */
static u64 total(const struct perf_event *event)
{
	const struct cvm_counted counted = counted_by(event);

	switch (counted.source) {
	case CVM_COUNTED_EVENTS:
		return total_events(event, &counted);
	case CVM_COUNTED_TIMES:
		return total_times(event, &counted);
	default:
		return cvm_trace_untraced(counted.source - CVM_COUNTED_UNTRACED,
					  counted.classes);
	}
}

static void pmu_read(struct perf_event *event)
{
	u64 now = total(event);

	local64_add(now - local64_xchg(&event->hw.prev_count, now), &event->count);
}

static void pmu_start(struct perf_event *event, int flags)
{
	event->hw.state = 0;
	local64_set(&event->hw.prev_count, total(event));
}

static void pmu_stop(struct perf_event *event, int flags)
{
	if (event->hw.state & PERF_HES_STOPPED)
		return;
	pmu_read(event);
	event->hw.state = PERF_HES_STOPPED | PERF_HES_UPTODATE;
}

static int pmu_add(struct perf_event *event, int flags)
{
	event->hw.state = PERF_HES_STOPPED | PERF_HES_UPTODATE;
	if (flags & PERF_EF_START)
		pmu_start(event, flags);
	return 0;
}

static void pmu_del(struct perf_event *event, int flags)
{
	pmu_stop(event, PERF_EF_UPDATE);
}

static struct pmu pmu;

/* A handler that traps itself would time itself. */
static bool rdtsc_is_free __ro_after_init;

static struct keeper *keeper_of(const struct perf_event *event)
{
	return event->hw.idx == CVM_COUNTED_TIMES ? &times : &totals;
}

static void pmu_destroy(struct perf_event *event)
{
	close_one(keeper_of(event));
}

static int pmu_event_init(struct perf_event *event)
{
	const struct perf_event_attr *attr = &event->attr;
	struct cvm_counted counted;
	int ret;

	if (attr->type != pmu.type)
		return -ENOENT;
	/* The tracepoints serve who wants samples. */
	if (is_sampling_event(event) || has_branch_stack(event))
		return -EOPNOTSUPP;
	/* An idle CPU's HLT is no idle time, and there are no guests here. */
	if (attr->exclude_idle || attr->exclude_host || attr->config2)
		return -EINVAL;
	ret = cvm_event_decode(attr->config, attr->config1, &counted);
	if (ret)
		return ret;
	event->hw.config = counted.classes;
	event->hw.idx = counted.source;
	event->hw.config_base = counted.class;
	event->hw.event_base = counted.index;
	if (counted.source == CVM_COUNTED_TIMES && !rdtsc_is_free)
		return -EOPNOTSUPP;
	open_one(keeper_of(event));
	event->destroy = pmu_destroy;
	return 0;
}

static struct pmu pmu = {
	.module = THIS_MODULE,
	.attr_groups = cvm_event_groups,
	/* The events of one task are scheduled with those of software. */
	.task_ctx_nr = perf_sw_context,
	.capabilities = PERF_PMU_CAP_NO_INTERRUPT,
	.event_init = pmu_event_init,
	.add = pmu_add,
	.del = pmu_del,
	.start = pmu_start,
	.stop = pmu_stop,
	.read = pmu_read,
};

/**
 * cvm_pmu_init() - let perf open events; after all hooks are attached
 * @times: RDTSC does not trap here
 *
 * Return: 0 or -errno.
 */
int __init cvm_pmu_init(bool times)
{
	int ret = cvm_events_init();

	rdtsc_is_free = times;
	if (ret)
		return ret;
	ret = perf_pmu_register(&pmu, "cvmstat", -1);
	if (ret)
		cvm_events_exit();
	return ret;
}

/**
 * cvm_pmu_exit() - let perf open no more; before hooks are detached
 *
 * There are no events any more: each holds a reference to the module.
 */
void cvm_pmu_exit(void)
{
	perf_pmu_unregister(&pmu);
	cvm_events_exit();
	stop(&times);
	stop(&totals);
}
