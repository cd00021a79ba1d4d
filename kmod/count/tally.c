// SPDX-License-Identifier: GPL-2.0
#include <linux/sched.h>

#include "records.h"
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
	if (!is_idle_task(current))
		return;
	if (index >= 0)
		local64_inc(&tally->idle[index].n[ev->user]);
	else
		local64_inc(&tally->idle_rest[ev->class].n[ev->user]);
}

static int emit(struct cvm_record *rec, const struct cvm_pair *pair, u32 classes,
		cvm_record_fn fn, void *arg)
{
	rec->n[0] = local64_read(&pair->n[0]);
	rec->n[1] = local64_read(&pair->n[1]);
	if (!(classes & BIT(rec->class)) || (!rec->n[0] && !rec->n[1]))
		return 0;
	return fn(rec, arg);
}

static int each_idle(unsigned int cpu, u32 classes, cvm_record_fn fn, void *arg)
{
	const struct cvm_tally *tally = per_cpu(cvm_tally, cpu);
	unsigned int i;
	int ret = 0;

	for (i = 0; i < CVM_NR_REASONS && !ret; i++) {
		struct cvm_record rec = { .cpu = cpu };

		cvm_reason_at(i, &rec);
		ret = emit(&rec, &tally->idle[i], classes, fn, arg);
	}
	for (i = 0; i < CVM_NR_CLASSES && !ret; i++) {
		struct cvm_record rec = { .cpu = cpu, .class = i };

		ret = emit(&rec, &tally->idle_rest[i], classes, fn, arg);
	}
	return ret;
}

static struct cvm_records *take(const struct cvm_wanted *wanted)
{
	return cvm_records_take(each_idle, wanted);
}

static int fill(struct sk_buff *msg, const void *record)
{
	return cvm_record_fill(msg, record);
}

const struct cvm_part cvm_idle_count_part = {
	.needs = CVMSTAT_PARTS_IDLE_COUNTS,
	.nest = CVMSTAT_A_SNAPSHOT_IDLE_COUNT,
	.take = take,
	.fill = fill,
};

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
