// SPDX-License-Identifier: GPL-2.0
/*
 * cvmstat: what a confidential guest leaves for, counted inside of it.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "count/account.h"
#include "count/hot.h"
#include "count/latency.h"
#include "count/rips.h"
#include "hooks/cpuhp.h"
#include "netlink.h"
#include "platform.h"
#include "probe/hook.h"
#include "selftest.h"
#include "watch.h"

static bool force;
module_param(force, bool, 0444);
MODULE_PARM_DESC(force, "load into an ordinary guest, with the generic hooks only");

static int __init cvmstat_init(void)
{
	int ret;

	ret = cvm_platform_init(force);
	if (ret)
		return ret;
	ret = cvm_account_init();
	if (ret)
		return ret;
	ret = cvm_hot_init();
	if (ret)
		goto account_exit;
	ret = cvm_rips_init();
	if (ret)
		goto hot_exit;
	ret = cvm_latency_init();
	if (ret)
		goto rips_exit;
	ret = cvm_cpuhp_init();
	if (ret)
		goto latency_exit;
	ret = cvm_selftest_backend();
	if (ret)
		goto hooks_detach;
	ret = cvm_hooks_attach();
	if (ret)
		goto hooks_detach;
	cvm_selftest_hooks();
	ret = cvm_netlink_init();
	if (ret)
		goto hooks_detach;
	cvm_watch_start();
	return 0;

hooks_detach:
	cvm_hooks_detach();
	cvm_cpuhp_exit();
latency_exit:
	cvm_latency_exit();
rips_exit:
	cvm_rips_exit();
hot_exit:
	cvm_hot_exit();
account_exit:
	cvm_account_exit();
	return ret;
}

static void __exit cvmstat_exit(void)
{
	cvm_watch_stop();
	cvm_netlink_exit();
	cvm_latency_stop();
	cvm_hooks_detach();
	cvm_cpuhp_exit();
	cvm_latency_exit();
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
