// SPDX-License-Identifier: GPL-2.0
/*
 * Listeners that come and go. While there is one, all events pass where they are
 * traced, and the scheduler says when a task leaves its CPU.
 */
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <linux/workqueue.h>
#include <trace/events/sched.h>

#include "count/hot.h"
#include "listen.h"
#include "reasons.h"
#include "returns.h"
#include "trace.h"
#include "tracepoints.h"

static DEFINE_MUTEX(lock);
static unsigned int listeners;
static bool ready, has_times;

static struct tracepoint *switches;
static bool following;

static void switched(void *data, bool preempt, struct task_struct *prev,
		     struct task_struct *next, unsigned int prev_state)
{
	cvm_trace_leave();
}

/* Tracepoints come and go one at a time, so this one follows later. */
static void follow(struct work_struct *work)
{
	bool wanted;

	mutex_lock(&lock);
	wanted = listeners;
	mutex_unlock(&lock);
	if (wanted == following || !switches)
		return;
	if (!wanted)
		tracepoint_probe_unregister(switches, switched, NULL);
	else if (tracepoint_probe_register(switches, switched, NULL))
		return;
	following = wanted;
}

static DECLARE_WORK(follow_work, follow);

/* Under the lock. */
static void change(void)
{
	if (listeners) {
		cvm_trace_begin();
		cvm_returns_use();
		static_branch_enable(&cvm_trace_on);
		cvm_hot_pause();
	} else {
		cvm_hot_resume();
		static_branch_disable(&cvm_trace_on);
	}
	if (ready)
		schedule_work(&follow_work);
}

/**
 * cvm_trace_reg() - somebody listens to one of the tracepoints
 *
 * Return: 0; -EAGAIN while the module is not ready.
 */
int cvm_trace_reg(void)
{
	int ret = -EAGAIN;

	mutex_lock(&lock);
	if (ready) {
		if (!listeners++)
			change();
		ret = 0;
	}
	mutex_unlock(&lock);
	return ret;
}

/**
 * cvm_trace_unreg() - nobody does any more; even behind cvm_listen_stop()
 */
void cvm_trace_unreg(void)
{
	mutex_lock(&lock);
	if (!--listeners)
		change();
	mutex_unlock(&lock);
}

/**
 * cvm_done_reg() - somebody listens to handlers that are done
 *
 * Return: 0; -EAGAIN while the module is not ready; -EOPNOTSUPP if RDTSC traps here.
 */
int cvm_done_reg(void)
{
	int ret = has_times ? cvm_trace_reg() : -EOPNOTSUPP;

	if (!ret)
		static_branch_enable(&cvm_done_on);
	return ret;
}

/**
 * cvm_done_unreg() - nobody does any more
 */
void cvm_done_unreg(void)
{
	static_branch_disable(&cvm_done_on);
	cvm_trace_unreg();
}

static void match(struct tracepoint *tp, void *arg)
{
	if (!strcmp(tp->name, "sched_switch"))
		switches = tp;
}

/**
 * cvm_listen_start() - let others listen; after all hooks are attached
 * @times: RDTSC does not trap here
 */
void cvm_listen_start(bool times)
{
	check_trace_callback_type_sched_switch(switched);
	for_each_kernel_tracepoint(match, NULL);
	mutex_lock(&lock);
	has_times = times;
	ready = true;
	mutex_unlock(&lock);
}

/**
 * cvm_listen_stop() - let nobody else listen; before hooks are detached
 *
 * Perf's events hold a reference to the module, those of tracefs do not: they end
 * when the module has gone.
 */
void cvm_listen_stop(void)
{
	mutex_lock(&lock);
	ready = false;
	mutex_unlock(&lock);
	cancel_work_sync(&follow_work);
	if (!following)
		return;
	tracepoint_probe_unregister(switches, switched, NULL);
	tracepoint_synchronize_unregister();
}
