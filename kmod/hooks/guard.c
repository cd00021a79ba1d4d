// SPDX-License-Identifier: GPL-2.0
/*
 * No CPU comes online into a breakpoint.
 *
 * Until such a CPU has loaded its IDT, a breakpoint is a triple fault, and on
 * its way there are a CPUID, which is a #VC, and on SNP the registration of its
 * GHCB. So no CPU may come as long as the probes on the way of a #VC are
 * breakpoints: until kprobes has optimised them, which takes seconds, or for
 * good where it cannot.
 */
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>

#include "guard.h"
#include "hooks.h"
#include "platform.h"

static int prepare_state;

/* SEV-ES: once up, a CPU that goes offline halts with the IDT that it has. */
static struct cpumask seen;

/* On the CPU that brings @cpu up, before that runs. */
static int prepare(unsigned int cpu)
{
	const char *symbol;

	if (cvm_platform.id == CVMSTAT_PLATFORM_SEV_ES &&
	    cpumask_test_cpu(cpu, &seen))
		return 0;
	symbol = cvm_hooks_breakpoint_early();
	if (!symbol) {
		cpumask_set_cpu(cpu, &seen);
		return 0;
	}
	pr_warn("CPU %u stays offline: the breakpoint on %s would kill it; try again in some seconds, or without cvmstat\n",
		cpu, symbol);
	return -EBUSY;
}

/**
 * cvm_guard_init() - guard CPUs that come online; before any hook is attached
 *
 * Return: 0 or -errno.
 */
int cvm_guard_init(void)
{
	cpumask_copy(&seen, cpu_online_mask);
	prepare_state = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN,
						  "cvmstat:prepare", prepare,
						  NULL);
	return prepare_state < 0 ? prepare_state : 0;
}

/**
 * cvm_guard_exit() - CPUs may come again; after all hooks are detached
 */
void cvm_guard_exit(void)
{
	cpuhp_remove_state_nocalls(prepare_state);
}
