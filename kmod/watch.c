// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks can be lost while the module is there: somebody switches kprobes off in
 * debugfs. Or they stand aside for a moment, as a CPU comes online. Then figures
 * stand still, and people should know. The check reads a byte for each probe and
 * never wakes an idle CPU, which would cost an exit.
 */
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "count/account.h"
#include "hooks/hooks.h"
#include "netlink.h"
#include "watch.h"

#define WATCH_SECONDS	5

static struct delayed_work watch_work;

/* What was announced of a hook. */
static struct {
	bool lost;
	u32 asides;
} told[CVM_MAX_HOOKS];

static void look(unsigned int i)
{
	const struct cvm_hook *hook = cvm_hook_at(i);
	u32 asides = READ_ONCE(hook->asides);
	bool lost = !cvm_hook_armed(hook);

	if (lost && !told[i].lost) {
		pr_warn("hook %s is lost: %s is no longer probed\n",
			hook->desc->name, hook->point->symbol);
		cvm_announce(CVMSTAT_ANNOUNCEMENT_HOOK_LOST, hook->desc->name);
	}
	if (asides != told[i].asides) {
		pr_info("hook %s stood aside %u times while CPUs came online: what they counted is too low\n",
			hook->desc->name, asides - told[i].asides);
		cvm_announce(CVMSTAT_ANNOUNCEMENT_HOOK_ASIDE, hook->desc->name);
	}
	told[i].lost = lost;
	told[i].asides = asides;
}

static void watch(struct work_struct *work)
{
	unsigned int i;

	for (i = 0; i < cvm_nr_hooks(); i++)
		look(i);
	schedule_delayed_work(&watch_work, WATCH_SECONDS * HZ);
}

/**
 * cvm_watch_start() - begin to look after the hooks
 */
void cvm_watch_start(void)
{
	INIT_DEFERRABLE_WORK(&watch_work, watch);
	schedule_delayed_work(&watch_work, WATCH_SECONDS * HZ);
}

/**
 * cvm_watch_stop() - look no more; before the family is unregistered
 */
void cvm_watch_stop(void)
{
	cancel_delayed_work_sync(&watch_work);
}
