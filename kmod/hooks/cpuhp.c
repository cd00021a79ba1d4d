// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs that come online: on SNP each registers its GHCB, on a way where no probe
 * can be (guard.c). So the event is inferred from the CPU's arrival, and
 * snp_register_ghcb_early() is not probed.
 */
#include <linux/cpuhotplug.h>
#include <linux/preempt.h>

#include "count/account.h"
#include "hooks.h"
#include "platform.h"

static const struct cvm_hook *cpuhp_hook;
static int online_state;

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
	online_state = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN,
						 "cvmstat:online", online, NULL);
	return online_state < 0 ? online_state : 0;
}

static void detach(struct cvm_hook *hook)
{
	cpuhp_remove_state_nocalls(online_state);
}

static const struct cvm_backend notifier = {
	.kind = CVMSTAT_BACKEND_CPUHP,
	.attach = attach,
	.detach = detach,
};

static const struct cvm_hook_desc hooks[] = {
	{
		.name = "ghcb-msr-register-gpa",
		.platforms = CVM_ON_SNP,
		.classes = CVMSTAT_CLASSES_GHCB_MSR,
		.provenance = CVMSTAT_PROVENANCE_INFERRED,
		.points = { { &notifier, "snp_register_ghcb_early" } },
		.feeds = {
			CVM_FEEDS(GHCB_MSR, CVMSTAT_GHCB_MSR_REGISTER_GPA, INFERRED),
		},
	},
};

const struct cvm_hook_list cvm_cpuhp_hooks = {
	.hooks = hooks,
	.nr_hooks = ARRAY_SIZE(hooks),
};
