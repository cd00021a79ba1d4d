// SPDX-License-Identifier: GPL-2.0
/*
 * How a cause is run: some operations in a row with interrupts off, each of
 * them timed, and what cvmstat.ko counted on this CPU before and after them.
 * Between the rows interrupts are taken, so that theirs are no exits of the
 * operation. A cause that sleeps has rows of one operation.
 */
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <asm/tsc.h>

#include "bench.h"
#include "export.h"

/* Operations in a row; and a row ends early after so many microseconds. */
#define ROW_OPERATIONS	64
#define ROW_US		1000

/* Reasons that one CPU may have counted before a row, plus those that are new. */
#define MAX_RECORDS	256

struct seen {
	u32 class;
	u32 provenance;
	u64 code;
	u64 n;
};

/* The counters of this CPU at one moment. */
struct sample {
	unsigned int n;
	bool full;
	struct seen seen[MAX_RECORDS];
};

/**
 * struct row - what one run needs between its rows
 * @cause: what is run
 * @one: runs one operation, and returns the cycles that are asked for
 * @env: its own
 * @each: cvmstat_each_reason_of(), NULL without cvmstat.ko
 * @before: the counters before the row
 * @after: after it
 */
struct row {
	const struct cause *cause;
	u64 (*one)(const struct cause *cause, struct cause_env *env);
	struct cause_env env;
	int (*each)(unsigned int cpu, cvm_record_fn fn, void *arg);
	struct sample before;
	struct sample after;
};

/* The same reason comes twice where the kernel's own counters add to hooks'. */
static int note(const struct cvm_record *rec, void *arg)
{
	struct sample *s = arg;
	unsigned int i;

	if (!rec->has_code)
		return 0;
	for (i = 0; i < s->n; i++)
		if (s->seen[i].class == rec->class &&
		    s->seen[i].code == rec->code)
			break;
	s->full = i == MAX_RECORDS;
	if (s->full)
		return -ENOSPC;
	if (i == s->n)
		s->seen[s->n++] = (struct seen){
			.class = rec->class,
			.provenance = rec->provenance,
			.code = rec->code,
		};
	s->seen[i].n += rec->n[0] + rec->n[1];
	return 0;
}

static void take(struct row *row, struct sample *s)
{
	s->n = 0;
	s->full = false;
	if (row->each)
		row->each(raw_smp_processor_id(), note, s);
}

static u64 count_before(const struct sample *s, const struct seen *key)
{
	unsigned int i;

	for (i = 0; i < s->n; i++)
		if (s->seen[i].class == key->class &&
		    s->seen[i].code == key->code)
			return s->seen[i].n;
	return 0;
}

static int add(struct bench_result *result, const struct seen *seen, u64 n)
{
	struct cvmstat_bench_count *count = result->count;
	u32 i;

	for (i = 0; i < result->run->counts; i++)
		if (count[i].class == seen->class &&
		    count[i].code == seen->code)
			break;
	if (i == CVMSTAT_BENCH_MAX_COUNTS)
		return -EOVERFLOW;
	if (i == result->run->counts) {
		result->run->counts++;
		count[i].class = seen->class;
		count[i].code = seen->code;
		count[i].provenance = seen->provenance;
	}
	count[i].count += n;
	return 0;
}

/* What the row has moved. Both samples are of the same CPU. */
static int add_row(const struct row *row, struct bench_result *result)
{
	unsigned int i;
	int ret = 0;
	u64 n;

	if (row->before.full || row->after.full)
		return -EOVERFLOW;
	for (i = 0; i < row->after.n && !ret; i++) {
		n = row->after.seen[i].n -
		    count_before(&row->before, &row->after.seen[i]);
		if (n)
			ret = add(result, &row->after.seen[i], n);
	}
	return ret;
}

static u64 one(const struct cause *cause, struct cause_env *env)
{
	u64 start;

	if (cause->before)
		cause->before(env);
	if (cause->timed)
		return cause->timed(env);
	start = rdtsc_ordered();
	cause->once(env);
	return rdtsc_ordered() - start;
}

/* The request alone, without its #VE. */
static u64 one_twin(const struct cause *cause, struct cause_env *env)
{
	const struct cause *twin = cause_twin(cause);
	u64 start;

	if (cause->before)
		cause->before(env);
	start = rdtsc_ordered();
	twin->once(env);
	return rdtsc_ordered() - start;
}

/* Of the operation, the VMGEXITs in its #VC. */
static u64 one_switch(const struct cause *cause, struct cause_env *env)
{
	if (cause->before)
		cause->before(env);
	bench_switch_clear();
	cause->once(env);
	if (!bench_switch_taken())
		env->error = -EIO;
	return bench_switch_taken();
}

/**
 * bench_is_direct() - can what of a cause is the exit be told?
 * @cause: the cause
 */
bool bench_is_direct(const struct cause *cause)
{
	return cause_twin(cause) || cause_exits_in_vc(cause);
}

/* Up to @n operations, at least one. Returns how many. */
static u32 run_row(struct row *row, u64 *cycles, u32 n)
{
	u64 end = rdtsc() + (u64)tsc_khz * ROW_US / 1000;
	u32 i = 0;

	if (row->cause->begin)
		row->cause->begin(&row->env);
	take(row, &row->before);
	do {
		cycles[i++] = row->one(row->cause, &row->env);
	} while (i < n && !row->env.error && rdtsc() < end);
	take(row, &row->after);
	if (row->cause->end)
		row->cause->end(&row->env);
	return i;
}

static u32 run_quiet_row(struct row *row, u64 *cycles, u32 n)
{
	unsigned long flags;

	local_irq_save(flags);
	n = run_row(row, cycles, min_t(u32, n, ROW_OPERATIONS));
	local_irq_restore(flags);
	return n;
}

/* All operations, timed into @cycles and counted unless @result is NULL. */
static int run_rows(struct row *row, u64 *cycles, u32 n,
		    struct bench_result *result)
{
	u32 done = 0;
	int ret = 0;

	while (done < n && !ret) {
		if (row->cause->sleeps)
			done += run_row(row, cycles + done, 1);
		else
			done += run_quiet_row(row, cycles + done, n - done);
		ret = row->env.error;
		if (!ret && result && row->each)
			ret = add_row(row, result);
		if (!ret && signal_pending(current))
			ret = -EINTR;
		cond_resched();
	}
	return ret;
}

static int warm_up(struct row *row, u32 n)
{
	u64 *cycles = kvcalloc(n ?: 1, sizeof(*cycles), GFP_KERNEL);
	int ret;

	if (!cycles)
		return -ENOMEM;
	ret = run_rows(row, cycles, n, NULL);
	kvfree(cycles);
	return ret;
}

static int run_prepared(struct row *row, struct bench_result *result)
{
	const struct cause *cause = row->cause;
	int ret = 0;

	if (cause->setup)
		ret = cause->setup(&row->env);
	if (ret)
		return ret;
	ret = warm_up(row, result->run->warm_up);
	if (!ret)
		ret = run_rows(row, result->cycles, result->run->iterations,
			       result);
	if (cause->teardown)
		cause->teardown(&row->env);
	return ret;
}

static int run_bound(struct row *row, struct bench_result *result)
{
	int ret;

	row->one = one;
	if (!result->run->direct)
		return run_prepared(row, result);
	row->one = one_twin;
	if (cause_twin(row->cause))
		return run_prepared(row, result);
	row->one = one_switch;
	ret = bench_switch_begin();
	if (ret)
		return ret;
	ret = run_prepared(row, result);
	bench_switch_end();
	return ret;
}

/**
 * bench_run() - run a cause on this CPU
 * @cause: possible here
 * @result: where to, zeroed but for the request
 *
 * Context: process; the caller lets one run in at a time.
 * Return: 0 or -errno.
 */
int bench_run(const struct cause *cause, struct bench_result *result)
{
	struct row *row = kvzalloc(sizeof(*row), GFP_KERNEL);
	int ret;

	if (!row)
		return -ENOMEM;
	row->cause = cause;
	row->env.arg = cause->arg;
	row->each = symbol_get(cvmstat_each_reason_of);
	migrate_disable();
	result->run->cpu = raw_smp_processor_id();
	result->run->counted = !!row->each;
	ret = run_bound(row, result);
	migrate_enable();
	if (row->each)
		symbol_put(cvmstat_each_reason_of);
	kvfree(row);
	return ret;
}
