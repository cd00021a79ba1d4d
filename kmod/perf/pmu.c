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
#include "events.h"
#include "pmu.h"
#include "tally.h"

/*
 * Patching code interrupts all CPUs, which are exits: somebody who opens and
 * closes an event again and again does it once.
 */
#define LINGER	HZ

static atomic_t opened = ATOMIC_INIT(0);
static DEFINE_MUTEX(opened_lock);
static bool keeping;

/* Under opened_lock. */
static void keep(bool on)
{
	if (on == keeping)
		return;
	keeping = on;
	if (on) {
		static_branch_enable(&cvm_tally_on);
		cvm_hot_pause();
	} else {
		cvm_hot_resume();
		static_branch_disable(&cvm_tally_on);
	}
}

static void linger(struct work_struct *work)
{
	mutex_lock(&opened_lock);
	if (!atomic_read(&opened))
		keep(false);
	mutex_unlock(&opened_lock);
}

static DECLARE_DELAYED_WORK(linger_work, linger);

static void open_one(void)
{
	if (atomic_inc_not_zero(&opened))
		return;
	mutex_lock(&opened_lock);
	keep(true);
	atomic_inc(&opened);
	mutex_unlock(&opened_lock);
}

static void close_one(struct perf_event *event)
{
	if (atomic_dec_and_test(&opened))
		mod_delayed_work(system_wq, &linger_work, LINGER);
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
		.class = event->hw.config_base,
		.index = event->hw.event_base,
	};
}

/* This CPU's total of what the event counts. */
static u64 total(const struct perf_event *event)
{
	const struct cvm_tally *tally = this_cpu_read(cvm_tally);
	const struct cvm_counted counted = counted_by(event);
	u32 patched = cvm_patched_classes();
	u32 classes = counted.classes ?: BIT(counted.class);
	struct walk walk = { .event = event, .counted = counted };
	unsigned long left = counted.classes & ~patched;
	unsigned int class;

	if (unlikely(classes & patched))
		cvm_patched_source.each_reason(smp_processor_id(), classes & patched,
					       add_patched, &walk);
	else if (!counted.classes)
		return wanted(event, &tally->reason[counted.index]);
	for_each_set_bit(class, &left, CVM_NR_CLASSES)
		walk.sum += wanted(event, &tally->class[class]);
	return walk.sum;
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
	event->hw.config_base = counted.class;
	event->hw.event_base = counted.index;
	open_one();
	event->destroy = close_one;
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
 *
 * Return: 0 or -errno.
 */
int cvm_pmu_init(void)
{
	int ret = cvm_events_init();

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
	cancel_delayed_work_sync(&linger_work);
	linger(NULL);
}
