// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs that come online: each registers its GHCB by the MSR protocol, before it
 * has an IDT. A breakpoint there would be a triple fault of that CPU, so that
 * snp_register_ghcb_early() must not be probed; the event is inferred from the
 * CPU's arrival.
 */
#include <linux/cpuhotplug.h>
#include <linux/preempt.h>

#include "hook.h"

static struct cvm_hook *cpuhp_hook;
static int state;

static int online(unsigned int cpu)
{
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_GHCB_MSR,
		.code = CVMSTAT_GHCB_MSR_REGISTER_GPA,
	};

	preempt_disable();
	cvm_account(cvm_hook_hit(cpuhp_hook->id), &ev);
	preempt_enable();
	return 0;
}

static int attach(struct cvm_hook *hook)
{
	cpuhp_hook = hook;
	hook->backend = CVMSTAT_BACKEND_CPUHP;
	state = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "cvmstat:online",
					  online, NULL);
	return state < 0 ? state : 0;
}

static void detach(struct cvm_hook *hook)
{
	cpuhp_remove_state_nocalls(state);
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
