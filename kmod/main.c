// SPDX-License-Identifier: GPL-2.0
/*
 * cvmstat: what a confidential guest leaves for, counted inside of it.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <asm/tsc.h>

#include "config.h"
#include "count/account.h"
#include "count/durations.h"
#include "count/hot.h"
#include "count/latency.h"
#include "count/patched.h"
#include "count/rips.h"
#include "count/tally.h"
#include "hooks/bounce.h"
#include "hooks/guard.h"
#include "hooks/hooks.h"
#include "hooks/idle.h"
#include "netlink.h"
#include "perf/listen.h"
#include "perf/pmu.h"
#include "perf/times.h"
#include "perf/trace.h"
#include "platform.h"
#include "reasons.h"
#include "selftest.h"
#include "watch.h"

static bool force;
module_param(force, bool, 0444);
MODULE_PARM_DESC(force, "load into an ordinary guest, with the generic hooks only");

static bool baseline;
module_param(baseline, bool, 0444);
MODULE_PARM_DESC(baseline, "load into an ordinary guest, and estimate what would exit in a confidential one");

static int add_count(const struct cvm_record *rec, void *sum)
{
	*(u64 *)sum += rec->n[0] + rec->n[1];
	return 0;
}

/* What the kernel counts itself cannot be switched off, piece by piece. */
static int may_apply(const struct cvm_config *wanted,
		     struct netlink_ext_ack *extack)
{
	u32 fixed = cvm_patched_classes();

	if (fixed & ~wanted->classes) {
		NL_SET_ERR_MSG(extack, "the kernel's own counters cannot leave classes out");
		return -EOPNOTSUPP;
	}
	if (fixed && !wanted->details) {
		NL_SET_ERR_MSG(extack, "the kernel's own counters cannot leave details out");
		return -EOPNOTSUPP;
	}
	return 0;
}

/* Classes that the kernel counts itself must not be counted twice. */
static void apply_to_counters(const struct cvm_config *wanted)
{
	u32 patched = cvm_patched_classes();

	cvm_account_enable(wanted->classes & ~patched, patched,
			   wanted->details, wanted->rips);
	if (wanted->classes == CVM_ALL_CLASSES && !patched && !wanted->rips)
		cvm_hot_open(wanted->details);
	else
		cvm_hot_close();
}

/* Traps on this CPU, whatever is counted of them. */
static u64 traps_here(void)
{
	u32 class = BIT(cvm_platform.trap_class);
	unsigned int i, cpu = smp_processor_id();
	u64 sum = cvm_hot_hits_on(cpu, class);

	for (i = 0; i < cvm_nr_hooks(); i++)
		if (cvm_hook_at(i)->classes & class)
			sum += cvm_hook_hits_on(cpu, i);
	cvm_patched_source.each_reason(cpu, class, add_count, &sum);
	return sum;
}

#define RDTSC_TRIES	8

/* Between two looks an NMI may trap, but not each time. */
static bool rdtsc_is_free(void)
{
	unsigned int tries;
	unsigned long flags;
	bool free = false;
	u64 before;

	for (tries = 0; tries < RDTSC_TRIES && !free; tries++) {
		local_irq_save(flags);
		before = traps_here();
		rdtsc();
		free = traps_here() == before;
		local_irq_restore(flags);
	}
	return free;
}

static int apply(const struct cvm_config *wanted,
		 struct netlink_ext_ack *extack)
{
	bool times = (wanted->latency || wanted->durations) && rdtsc_is_free();
	int ret;

	ret = may_apply(wanted, extack);
	if (!ret && wanted->durations)
		ret = cvm_idle_may_time(times, extack);
	if (ret)
		return ret;
	if (wanted->latency)
		ret = cvm_latency_start(times, extack);
	else
		cvm_latency_stop();
	if (ret)
		return ret;
	cvm_durations_set(wanted->durations);
	if (wanted->rips != cvm_config.rips)
		cvm_hooks_for_rips(wanted->rips);
	apply_to_counters(wanted);
	return 0;
}

/* They are for guests that are not confidential: the others have all hooks anyway. */
static void __init say_unused(void)
{
	if ((force || baseline) && cvm_platform.id != CVMSTAT_PLATFORM_NONE &&
	    cvm_platform.id != CVMSTAT_PLATFORM_SEV)
		pr_info("a confidential guest: all hooks are loaded, with or without force=1 or baseline=1\n");
}

static int __init cvmstat_init(void)
{
	bool times;
	int ret;

	ret = cvm_platform_init(force, baseline);
	if (ret)
		return ret;
	cvm_reasons_init();
	ret = cvm_account_init();
	if (ret)
		return ret;
	ret = cvm_hot_init();
	if (ret)
		goto account_exit;
	ret = cvm_rips_init();
	if (ret)
		goto hot_exit;
	ret = cvm_tally_init();
	if (ret)
		goto rips_exit;
	ret = cvm_trace_init();
	if (ret)
		goto tally_exit;
	ret = cvm_time_init();
	if (ret)
		goto trace_exit;
	ret = cvm_latency_init();
	if (ret)
		goto time_exit;
	ret = cvm_durations_init();
	if (ret)
		goto latency_exit;
	ret = cvm_guard_init();
	if (ret)
		goto durations_exit;
	ret = cvm_selftest_backend();
	if (ret)
		goto guard_exit;
	ret = cvm_hooks_attach(cvm_guard_serves());
	if (ret)
		goto guard_exit;
	ret = cvm_config_init(apply);
	if (ret)
		goto hooks_detach;
	cvm_selftest_hooks();
	times = rdtsc_is_free();
	if (times)
		cvm_bounce_time();
	ret = cvm_pmu_init(times);
	if (ret)
		goto latency_stop;
	ret = cvm_netlink_init();
	if (ret)
		goto pmu_exit;
	cvm_listen_start(times);
	cvm_watch_start();
	say_unused();
	return 0;

pmu_exit:
	cvm_pmu_exit();
latency_stop:
	cvm_latency_stop();
hooks_detach:
	cvm_hooks_detach();
guard_exit:
	cvm_guard_exit();
durations_exit:
	cvm_durations_exit();
latency_exit:
	cvm_latency_exit();
time_exit:
	cvm_time_exit();
trace_exit:
	cvm_trace_exit();
tally_exit:
	cvm_tally_exit();
rips_exit:
	cvm_rips_exit();
hot_exit:
	cvm_hot_exit();
account_exit:
	cvm_account_exit();
	return ret;
}

/* The mirror of the former. */
static void __exit cvmstat_exit(void)
{
	cvm_watch_stop();
	cvm_listen_stop();
	cvm_netlink_exit();
	cvm_pmu_exit();
	cvm_latency_stop();
	cvm_hooks_detach();
	cvm_guard_exit();
	cvm_durations_exit();
	cvm_latency_exit();
	cvm_time_exit();
	cvm_trace_exit();
	cvm_tally_exit();
	cvm_rips_exit();
	cvm_hot_exit();
	cvm_account_exit();
}

module_init(cvmstat_init);
module_exit(cvmstat_exit);

MODULE_AUTHOR("The cvmstat developers");
MODULE_DESCRIPTION("Guest-side exit accounting for confidential VMs");
MODULE_VERSION(CVM_VERSION);
MODULE_LICENSE("GPL");
