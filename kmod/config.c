// SPDX-License-Identifier: GPL-2.0
/* What is being counted, and who asked for it last. */
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <net/netlink.h>

#include "config.h"
#include "records.h"

struct cvm_config cvm_config __read_mostly = {
	.classes = CVM_ALL_CLASSES,
	.details = true,
};

u64 cvm_counting_began __ro_after_init;

static DEFINE_MUTEX(config_lock);
static cvm_apply_fn apply_config __ro_after_init;
static u32 sequence = 1;

/**
 * cvm_config_change() - what a request asks for
 * @attrs: CVMSTAT_A_CONFIG_*, checked; what is absent stays as it is
 */
struct cvm_change cvm_config_change(struct nlattr **attrs)
{
	struct cvm_change change = {};
	unsigned int i;

	for (i = CVMSTAT_A_CONFIG_CLASSES; i <= CVMSTAT_A_CONFIG_MAX; i++)
		change.has |= attrs[i] ? BIT(i) : 0;
	if (attrs[CVMSTAT_A_CONFIG_CLASSES])
		change.to.classes = nla_get_u32(attrs[CVMSTAT_A_CONFIG_CLASSES]);
	if (attrs[CVMSTAT_A_CONFIG_DETAILS])
		change.to.details = nla_get_u8(attrs[CVMSTAT_A_CONFIG_DETAILS]);
	if (attrs[CVMSTAT_A_CONFIG_RIPS])
		change.to.rips = nla_get_u8(attrs[CVMSTAT_A_CONFIG_RIPS]);
	if (attrs[CVMSTAT_A_CONFIG_LATENCY])
		change.to.latency = nla_get_u8(attrs[CVMSTAT_A_CONFIG_LATENCY]);
	if (attrs[CVMSTAT_A_CONFIG_DURATIONS])
		change.to.durations = nla_get_u8(attrs[CVMSTAT_A_CONFIG_DURATIONS]);
	return change;
}

static void merge(struct cvm_config *config, const struct cvm_change *change)
{
	if (change->has & BIT(CVMSTAT_A_CONFIG_CLASSES))
		config->classes = change->to.classes;
	if (change->has & BIT(CVMSTAT_A_CONFIG_DETAILS))
		config->details = change->to.details;
	if (change->has & BIT(CVMSTAT_A_CONFIG_RIPS))
		config->rips = change->to.rips;
	if (change->has & BIT(CVMSTAT_A_CONFIG_LATENCY))
		config->latency = change->to.latency;
	if (change->has & BIT(CVMSTAT_A_CONFIG_DURATIONS))
		config->durations = change->to.durations;
}

static bool is_same(const struct cvm_config *a, const struct cvm_config *b)
{
	return a->classes == b->classes && a->details == b->details &&
	       a->rips == b->rips && a->latency == b->latency &&
	       a->durations == b->durations;
}

/**
 * cvm_config_set() - change what is being counted
 * @change: how
 * @extack: for the reason, if it cannot be done; then nothing changes
 *
 * What asks for what is there costs nothing: no probe is touched, and no dump has
 * to be repeated.
 *
 * Context: process context; may wait for all tasks and CPUs.
 * Return: 0 or -errno.
 */
int cvm_config_set(const struct cvm_change *change, struct netlink_ext_ack *extack)
{
	struct cvm_config wanted;
	int ret = 0;

	mutex_lock(&config_lock);
	wanted = cvm_config;
	merge(&wanted, change);
	if (is_same(&wanted, &cvm_config))
		goto unlock;
	ret = apply_config(&wanted, extack);
	if (ret)
		goto unlock;
	WRITE_ONCE(cvm_config.classes, wanted.classes);
	WRITE_ONCE(cvm_config.details, wanted.details);
	WRITE_ONCE(cvm_config.rips, wanted.rips);
	WRITE_ONCE(cvm_config.latency, wanted.latency);
	WRITE_ONCE(cvm_config.durations, wanted.durations);
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

static struct cvm_records *take(const struct cvm_wanted *wanted)
{
	struct cvm_records *records;

	records = cvm_records_alloc(1, sizeof(struct cvm_config));
	if (records)
		*(struct cvm_config *)cvm_records_add(records) = cvm_config;
	return records;
}

static int fill(struct sk_buff *msg, const void *config)
{
	const struct cvm_config *c = config;

	if (nla_put_u32(msg, CVMSTAT_A_CONFIG_CLASSES, c->classes) ||
	    nla_put_u8(msg, CVMSTAT_A_CONFIG_DETAILS, c->details) ||
	    nla_put_u8(msg, CVMSTAT_A_CONFIG_RIPS, c->rips) ||
	    nla_put_u8(msg, CVMSTAT_A_CONFIG_LATENCY, c->latency) ||
	    nla_put_u8(msg, CVMSTAT_A_CONFIG_DURATIONS, c->durations))
		return -EMSGSIZE;
	return 0;
}

const struct cvm_part cvm_config_part = {
	.needs = CVMSTAT_PARTS_CONFIG,
	.nest = CVMSTAT_A_SNAPSHOT_CONFIG,
	.take = take,
	.fill = fill,
};

/**
 * cvm_config_init() - apply the first configuration; after hooks are attached
 * @apply: applies this one and those that follow
 *
 * Return: 0 or -errno.
 */
int cvm_config_init(cvm_apply_fn apply)
{
	int ret;

	apply_config = apply;
	cvm_counting_began = ktime_get_boottime_ns();
	mutex_lock(&config_lock);
	ret = apply_config(&cvm_config, NULL);
	mutex_unlock(&config_lock);
	return ret;
}
