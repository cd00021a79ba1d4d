// SPDX-License-Identifier: GPL-2.0
/*
 * This CPU and another one: IPIs to one that computes and to one that halts,
 * and a halt of this CPU that a timer ends.
 */
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <asm/tsc.h>
#include <trace/events/power.h>

#include "cause.h"

/* How long another CPU has to answer, or to go idle. */
#define ANSWER_MS	1000
/* A CPU is taken to have halted so long after it said that it would. */
#define HALT_US		20
#define SLEEP_US	1000

/**
 * struct other - the CPU that gets the IPIs
 * @cpu: which; one at a time
 * @done: it has answered
 * @halting: when it said that it goes idle, 0 while it does not
 * @spinner: keeps it from going idle
 * @csd: the call
 */
static struct other {
	unsigned int cpu;
	bool done;
	u64 halting;
	struct task_struct *spinner;
	call_single_data_t csd;
} other;

static void answer(void *info)
{
	WRITE_ONCE(other.done, true);
}

static const char *ipi_why_not(void)
{
	return num_online_cpus() > 1 ? NULL : "there is no other CPU";
}

static int find_other(void)
{
	cpus_read_lock();
	other.cpu = cpumask_any_but(cpu_online_mask, raw_smp_processor_id());
	if (other.cpu < nr_cpu_ids) {
		INIT_CSD(&other.csd, answer, NULL);
		return 0;
	}
	cpus_read_unlock();
	return -ENODEV;
}

/*
 * Interrupts of this CPU are off; the other one takes its own, even where it
 * waits for this one.
 */
static void ipi_once(struct cause_env *env)
{
	u64 end = rdtsc() + (u64)tsc_khz * ANSWER_MS;

	WRITE_ONCE(other.done, false);
	env->error = smp_call_function_single_async(other.cpu, &other.csd);
	while (!env->error && !READ_ONCE(other.done)) {
		cpu_relax();
		if (rdtsc() > end)
			env->error = -ETIMEDOUT;
	}
}

static int spin(void *arg)
{
	while (!kthread_should_stop()) {
		cpu_relax();
		cond_resched();
	}
	return 0;
}

static int busy_setup(struct cause_env *env)
{
	struct task_struct *task;
	int ret = find_other();

	if (ret)
		return ret;
	task = kthread_create_on_cpu(spin, NULL, other.cpu, "cvmstat_bench/%u");
	if (IS_ERR(task)) {
		cpus_read_unlock();
		return PTR_ERR(task);
	}
	other.spinner = task;
	wake_up_process(task);
	return 0;
}

static void busy_teardown(struct cause_env *env)
{
	kthread_stop(other.spinner);
	cpus_read_unlock();
}

static void idle_probe(void *data, unsigned int state, unsigned int cpu)
{
	if (cpu == READ_ONCE(other.cpu))
		WRITE_ONCE(other.halting, state == PWR_EVENT_EXIT ? 0 : rdtsc());
}

static void forget_idle(void)
{
	unregister_trace_cpu_idle(idle_probe, NULL);
	tracepoint_synchronize_unregister();
}

/* A tracepoint's lock comes before that of CPU hotplug: its static call takes it. */
static int halted_setup(struct cause_env *env)
{
	int ret = register_trace_cpu_idle(idle_probe, NULL);

	if (ret)
		return ret;
	ret = find_other();
	if (ret) {
		forget_idle();
		return ret;
	}
	other.halting = 0;
	/* It may have been idle since before the probe. */
	smp_call_function_single(other.cpu, answer, NULL, true);
	return 0;
}

static void halted_teardown(struct cause_env *env)
{
	cpus_read_unlock();
	forget_idle();
}

static bool has_halted(void)
{
	u64 since = READ_ONCE(other.halting);

	return since && rdtsc() > since + (u64)tsc_khz * HALT_US / 1000;
}

static void wait_halted(struct cause_env *env)
{
	u64 end = rdtsc() + (u64)tsc_khz * ANSWER_MS;

	while (!has_halted() && !env->error) {
		cpu_relax();
		if (rdtsc() > end)
			env->error = -EBUSY;
	}
}

/* Nothing else runs here, hence the idle loop, HLT, and a timer's interrupt. */
static u64 sleep_timed(struct cause_env *env)
{
	ktime_t time = ns_to_ktime(SLEEP_US * NSEC_PER_USEC);
	u64 wanted = (u64)tsc_khz * SLEEP_US / 1000, took;

	took = rdtsc_ordered();
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_hrtimeout(&time, HRTIMER_MODE_REL);
	took = rdtsc_ordered() - took;
	return took > wanted ? took - wanted : 0;
}

#define IPI_EXITS { \
	CAUSES(CVM_ON_SEV, CVMSTAT_CLASS_VC, CVMSTAT_SVM_NPF), \
	CAUSES(CVM_ON_SEV, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_MMIO_READ), \
	CAUSES(CVM_ON_SEV, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_MMIO_WRITE), \
	CAUSES_VE_EXIT(CVMSTAT_VE_WRMSR, CVMSTAT_TDVMCALL_WRMSR), \
}

const struct cause causes_cpu[] = {
	{
		.name = "ipi-busy",
		.what = "an IPI to a CPU that computes, until its handler has run",
		.expect = IPI_EXITS,
		.why_not = ipi_why_not,
		.setup = busy_setup,
		.once = ipi_once,
		.teardown = busy_teardown,
	}, {
		.name = "ipi-halted",
		.what = "an IPI to a CPU that halts, until its handler has run",
		.expect = IPI_EXITS,
		.why_not = ipi_why_not,
		.setup = halted_setup,
		.before = wait_halted,
		.once = ipi_once,
		.teardown = halted_teardown,
	}, {
		.name = "hlt-timer",
		.what = "a sleep of 1 ms, HLT ended by a timer: the time beyond the millisecond",
		.flags = CVMSTAT_BENCH_NOISY,
		.sleeps = true,
		.max_iterations = 10000,
		.expect = {
			CAUSES(CVM_ON_SEV, CVMSTAT_CLASS_AUTO, CVMSTAT_SVM_HLT),
			CAUSES(CVM_ON_SEV, CVMSTAT_CLASS_VC, CVMSTAT_SVM_NPF),
			CAUSES(CVM_ON_SEV, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_MMIO_WRITE),
			CAUSES(CVM_ON_TDX, CVMSTAT_CLASS_TDVMCALL, CVMSTAT_TDVMCALL_HLT),
			CAUSES_VE_EXIT(CVMSTAT_VE_WRMSR, CVMSTAT_TDVMCALL_WRMSR),
		},
		.timed = sleep_timed,
	},
	{}
};
