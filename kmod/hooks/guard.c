// SPDX-License-Identifier: GPL-2.0
/*
 * No CPU comes online into a breakpoint, and none is kept offline.
 *
 * Until such a CPU has loaded its IDT, a breakpoint is a triple fault. Two hooks
 * are on its way. CPUID raises a #VC, which the handler of all others handles: on
 * SEV-ES and on SNP. And on SEV-ES it leaves by a VMGEXIT; an SNP guest answers it
 * from its CPUID page. A hook there that is a breakpoint at this moment, as all
 * are for some seconds after a load, or for good where kprobes must not optimise,
 * stands aside until the CPU is up.
 *
 * That has to be done before cpus_write_lock() is taken, as kprobes takes it for
 * reading. So ftrace leads the callers of _cpu_up(), which takes it, to bring_up(),
 * which does it, and calls _cpu_up() in turn. Resume comes by the same way.
 */
#include <linux/atomic.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "guard.h"
#include "hooks.h"
#include "platform.h"
#include "probe/text.h"

/*
 * Where a kernel cannot sleep, tasks_frozen is always 0, and compilers leave that
 * argument out. They pass what is left in its order, and no caller knows the first
 * one, the CPU, when it is compiled.
 */
static const char *const names[] = { "_cpu_up", "_cpu_up.constprop.0", "_cpu_up.isra.0" };

/* Of all of them: what is in the registers is passed on, as it came. */
typedef int (*up_fn)(unsigned int cpu, unsigned long second, unsigned long third);

static up_fn kernels_up;
static struct task_struct *upping;
static int prepare_state;
static bool serves;

/* SEV-ES: once up, a CPU that goes offline halts with the IDT that it has. */
static struct cpumask seen;

static bool is_safe(unsigned int cpu)
{
	return cpu < nr_cpu_ids && cvm_platform.id == CVMSTAT_PLATFORM_SEV_ES &&
	       cpumask_test_cpu(cpu, &seen);
}

/*
 * Called for each CPU that is prepared, under cpus_write_lock(): nothing can
 * become a breakpoint any more. Who came by another way is turned back, too: a
 * refused CPU is better than a dead guest.
 */
static int prepare(unsigned int cpu)
{
	if (is_safe(cpu) || !cvm_hooks_deadly())
		return 0;
	if (READ_ONCE(upping) != current)
		pr_warn("CPU %u would die of a breakpoint: try again when hooks are jumps\n", cpu);
	return -EAGAIN;
}

static int __nocfi up_once(unsigned int cpu, unsigned long second, unsigned long third)
{
	int ret;

	cvm_hooks_stand_aside();
	WRITE_ONCE(upping, current);
	ret = kernels_up(cpu, second, third);
	WRITE_ONCE(upping, NULL);
	cvm_hooks_stand_back();
	return ret;
}

/* Tasks in bring_up(), which must be there until they have left. */
static atomic_t inside = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(left);

/* What makes a jump a breakpoint again, kprobes' sysctl, is no storm. */
#define TRIES	3

static int __nocfi bring_up(unsigned int cpu, unsigned long second, unsigned long third)
{
	int ret, tries = 0;

	atomic_inc(&inside);
	if (is_safe(cpu)) {
		ret = kernels_up(cpu, second, third);
	} else {
		do {
			ret = up_once(cpu, second, third);
		} while (ret == -EAGAIN && ++tries < TRIES);
	}
	if (!ret && cpu < nr_cpu_ids)
		cpumask_set_cpu(cpu, &seen);
	if (atomic_dec_and_test(&inside))
		wake_up(&left);
	return ret;
}

static void lead(unsigned long ip, unsigned long parent_ip,
		 struct ftrace_ops *fops, struct ftrace_regs *fregs)
{
	if (!within_module(parent_ip, THIS_MODULE))
		ftrace_get_regs(fregs)->ip = (unsigned long)bring_up;
}

static struct ftrace_ops fops = {
	.func = lead,
	.flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_IPMODIFY |
		 FTRACE_OPS_FL_PERMANENT,
};

static int find_up(unsigned long *start)
{
	unsigned long len;
	int i, ret = -ENOENT;

	for (i = 0; ret == -ENOENT && i < ARRAY_SIZE(names); i++)
		ret = cvm_text_function(names[i], start, &len);
	return ret;
}

static int lead_callers(void)
{
	unsigned long start;
	int ret;

	ret = find_up(&start);
	if (ret)
		return ret;
	/* AMD's CPUs have no IBT, for which it would have to begin with ENDBR. */
	kernels_up = (up_fn)start;
	ret = ftrace_set_filter_ip(&fops, start, 0, 1);
	if (ret)
		return ret;
	ret = register_ftrace_function(&fops);
	if (ret)
		ftrace_free_filter(&fops);
	return ret;
}

/*
 * One task at a time is in _cpu_up(), under cpu_maps_update_begin(). One that
 * was there before ftrace led to bring_up() sleeps for cpus_write_lock() at the latest,
 * and who asks for the same lock then comes after it.
 */
static void wait_for_unled(void)
{
	synchronize_rcu_tasks();
	cpus_read_lock();
	cpus_read_unlock();
}

/**
 * cvm_guard_serves() - can hooks stand aside, or need they not?
 */
bool cvm_guard_serves(void)
{
	return serves || num_possible_cpus() == 1;
}

static bool is_needed(void)
{
	return num_possible_cpus() > 1 &&
	       (cvm_platform.id == CVMSTAT_PLATFORM_SEV_ES ||
		cvm_platform.id == CVMSTAT_PLATFORM_SNP);
}

/**
 * cvm_guard_init() - guard CPUs that come online; before any hook is attached
 *
 * Where that cannot be, hooks that need it stay off.
 *
 * Return: 0 or -errno.
 */
int cvm_guard_init(void)
{
	int ret;

	if (!is_needed())
		return 0;
	cpumask_copy(&seen, cpu_online_mask);
	ret = lead_callers();
	if (ret) {
		pr_notice("%s cannot be hooked (error %d)\n", names[0], ret);
		return 0;
	}
	wait_for_unled();
	prepare_state = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN,
						  "cvmstat:prepare", prepare,
						  NULL);
	serves = true;
	if (prepare_state >= 0)
		return 0;
	ret = prepare_state;
	cvm_guard_exit();
	return ret;
}

/**
 * cvm_guard_exit() - CPUs come as they will; after all hooks are detached
 *
 * When it returns, no task runs here any more.
 */
void cvm_guard_exit(void)
{
	if (!serves)
		return;
	serves = false;
	if (prepare_state >= 0)
		cpuhp_remove_state_nocalls(prepare_state);
	unregister_ftrace_function(&fops);
	ftrace_free_filter(&fops);
	/* Those that were led there have come to count themselves. */
	synchronize_rcu_tasks();
	wait_event(left, !atomic_read(&inside));
	synchronize_rcu_tasks();
}
