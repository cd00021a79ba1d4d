// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks can be lost while the module is there: somebody switches kprobes off in
 * debugfs. Then figures stand still, and people should know. The check reads a
 * byte for each probe and never wakes an idle CPU, which would cost an exit.
 */
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "count/account.h"
#include "hooks/hooks.h"
#include "netlink.h"
#include "watch.h"

#define WATCH_SECONDS	5

static struct delayed_work watch_work;
static bool lost[CVM_MAX_HOOKS];

static void watch(struct work_struct *work)
{
	unsigned int i;

	for (i = 0; i < cvm_nr_hooks(); i++) {
		const struct cvm_hook *hook = cvm_hook_at(i);
		bool armed = cvm_hook_armed(hook);

		if (!armed && !lost[i]) {
			pr_warn("hook %s is lost: %s is no longer probed\n",
				hook->desc->name, hook->point->symbol);
			cvm_announce(CVMSTAT_ANNOUNCEMENT_HOOK_LOST,
				     hook->desc->name);
		}
		lost[i] = !armed;
	}
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
