// SPDX-License-Identifier: GPL-2.0
/*
 * What is being counted. The hot path reads one word without a lock; a change
 * is seen by the next hit.
 */
#include <linux/mutex.h>
#include <net/netlink.h>

#include "config.h"
#include "count/hot.h"
#include "count/latency.h"
#include "count/patched.h"
#include "probe/hook.h"
#include "sum.h"

struct cvm_config cvm_config __read_mostly = {
	.classes = CVM_ALL_CLASSES,
	.details = true,
};

u32 cvm_enabled __read_mostly = CVM_ALL_CLASSES | CVM_ENABLED_DETAILS;

static DEFINE_MUTEX(config_lock);
static u32 sequence = 1;

static void merge(struct cvm_config *config, struct nlattr **attrs)
{
	if (attrs[CVMSTAT_A_CONFIG_CLASSES])
		config->classes = nla_get_u32(attrs[CVMSTAT_A_CONFIG_CLASSES]);
	if (attrs[CVMSTAT_A_CONFIG_DETAILS])
		config->details = nla_get_u8(attrs[CVMSTAT_A_CONFIG_DETAILS]);
	if (attrs[CVMSTAT_A_CONFIG_RIPS])
		config->rips = nla_get_u8(attrs[CVMSTAT_A_CONFIG_RIPS]);
	if (attrs[CVMSTAT_A_CONFIG_LATENCY])
		config->latency = nla_get_u8(attrs[CVMSTAT_A_CONFIG_LATENCY]);
}

/* What the kernel counts itself cannot be switched off, piece by piece. */
static int check(const struct cvm_config *wanted,
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

/**
 * cvm_config_refresh() - make the hooks see the configuration
 *
 * Classes that the kernel counts itself must not be counted twice.
 */
void cvm_config_refresh(void)
{
	WRITE_ONCE(cvm_enabled, (cvm_config.classes & ~cvm_patched_classes()) |
		   (cvm_config.details ? CVM_ENABLED_DETAILS : 0) |
		   (cvm_config.rips ? CVM_ENABLED_RIPS : 0));
	if ((cvm_enabled & ~CVM_ENABLED_DETAILS) == CVM_ALL_CLASSES)
		cvm_hot_open(cvm_config.details);
	else
		cvm_hot_close();
}

/**
 * cvm_config_set() - change what is being counted
 * @attrs: CVMSTAT_A_CONFIG_*, checked; what is absent stays as it is
 * @extack: for the reason, if it cannot be done; then nothing changes
 *
 * Return: 0 or -errno.
 */
int cvm_config_set(struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	struct cvm_config wanted;
	int ret;

	mutex_lock(&config_lock);
	wanted = cvm_config;
	merge(&wanted, attrs);
	ret = check(&wanted, extack);
	if (ret)
		goto unlock;
	if (wanted.latency)
		ret = cvm_latency_start(cvm_each_reason, extack);
	else
		cvm_latency_stop();
	if (ret)
		goto unlock;
	cvm_hooks_for_rips(wanted.rips);
	WRITE_ONCE(cvm_config.classes, wanted.classes);
	WRITE_ONCE(cvm_config.details, wanted.details);
	WRITE_ONCE(cvm_config.rips, wanted.rips);
	WRITE_ONCE(cvm_config.latency, wanted.latency);
	cvm_config_refresh();
	WRITE_ONCE(sequence, sequence + 1 ?: 1);
unlock:
	mutex_unlock(&config_lock);
	return ret;
}

/**
 * cvm_config_sequence() - number of the configuration, never zero
 */
u32 cvm_config_sequence(void)
{
	return READ_ONCE(sequence);
}
