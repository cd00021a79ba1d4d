// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs that come online.
 *
 * Until such a CPU has loaded its IDT, a breakpoint is a triple fault, and on
 * its way there are a CPUID, which is a #VC, and on SNP the registration of its
 * GHCB. So snp_register_ghcb_early() is not probed: the event is inferred from
 * the CPU's arrival. And no CPU may come as long as the probes on the way of a
 * #VC are breakpoints: until kprobes has optimised them, which takes seconds, or
 * for good where it cannot.
 */
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/preempt.h>

#include "cpuhp.h"
#include "platform.h"
#include "probe/hook.h"

static struct cvm_hook *cpuhp_hook;
static int online_state, prepare_state;

/* SEV-ES: once up, a CPU that goes offline halts with the IDT that it has. */
static struct cpumask seen;

/* In early_setup_idt() and again in cpu_init_exception_handling(). */
#define REGISTRATIONS	2

static int online(unsigned int cpu)
{
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_GHCB_MSR,
		.code = CVMSTAT_GHCB_MSR_REGISTER_GPA,
	};
	unsigned int i;

	preempt_disable();
	for (i = 0; i < REGISTRATIONS; i++)
		cvm_account(cvm_hook_hit(cpuhp_hook->id), &ev);
	preempt_enable();
	return 0;
}

static int attach(struct cvm_hook *hook)
{
	cpuhp_hook = hook;
	hook->backend = CVMSTAT_BACKEND_CPUHP;
	online_state = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN,
						 "cvmstat:online", online, NULL);
	return online_state < 0 ? online_state : 0;
}

static void detach(struct cvm_hook *hook)
{
	cpuhp_remove_state_nocalls(online_state);
}

struct cvm_hook cvm_cpuhp_hooks[] = {
	{
		.name = "ghcb-msr-register-gpa",
		.platforms = CVM_ON_SNP,
		.classes = CVMSTAT_CLASSES_GHCB_MSR,
		.provenance = CVMSTAT_PROVENANCE_INFERRED,
		.points = { { CVM_AT_OWN, "snp_register_ghcb_early" } },
		.feeds = {
			{ CVMSTAT_CLASS_GHCB_MSR, CVMSTAT_PROVENANCE_INFERRED,
			  CVMSTAT_GHCB_MSR_REGISTER_GPA },
		},
		.attach = attach,
		.detach = detach,
	},
	{}
};

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
 * cvm_cpuhp_init() - guard CPUs that come online; before any hook is attached
 *
 * Return: 0 or -errno.
 */
int cvm_cpuhp_init(void)
{
	cpumask_copy(&seen, cpu_online_mask);
	prepare_state = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN,
						  "cvmstat:prepare", prepare,
						  NULL);
	return prepare_state < 0 ? prepare_state : 0;
}

/**
 * cvm_cpuhp_exit() - CPUs may come again; after all hooks are detached
 */
void cvm_cpuhp_exit(void)
{
	cpuhp_remove_state_nocalls(prepare_state);
}
