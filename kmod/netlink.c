// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: kmod/cvmstat.yaml says what there is, and the
 * tables made from it check what comes in.
 */
#include <linux/capability.h>
#include <linux/cpumask.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/utsname.h>
#include <linux/workqueue.h>
#include <asm/tsc.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "config.h"
#include "count/account.h"
#include "count/counter.h"
#include "count/rips.h"
#include "netlink.h"
#include "platform.h"
#include "records.h"

#include "cvmstat-nl-gen.c" /* its table of groups is static */

static u64 generation;

/*
 * Who joins has to be allowed to read. netlink knows two capabilities for that,
 * of which this is the one that may read, and ignores what a family's bind() says.
 */
static struct genl_multicast_group
groups[ARRAY_SIZE(cvmstat_nl_mcgrps)] __ro_after_init;

static void __init guard_groups(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		groups[i] = cvmstat_nl_mcgrps[i];
		groups[i].flags = GENL_MCAST_CAP_SYS_ADMIN;
	}
}

struct genl_family cvm_family __ro_after_init = {
	.name = CVMSTAT_GENL_NAME,
	.version = CVMSTAT_GENL_VERSION,
	.module = THIS_MODULE,
	.parallel_ops = true,
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

/**
 * cvm_may_read() - may the sender of a request read counters?
 * @skb: the request
 * @extack: for the reason, if not
 *
 * Return: 0 or -EPERM.
 */
int cvm_may_read(struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	if (netlink_capable(skb, CAP_PERFMON) ||
	    netlink_capable(skb, CAP_SYS_ADMIN))
		return 0;
	NL_SET_ERR_MSG(extack, "reading needs CAP_PERFMON");
	return -EPERM;
}

/**
 * cvm_may_ask() - may the sender make this request, which has no attributes?
 * @skb: the request
 * @nlh: its header
 * @extack: for the reason, if not
 *
 * Netlink checks attributes against a policy, and lets everything pass where
 * there is none.
 *
 * Return: 0 or -errno.
 */
int cvm_may_ask(struct sk_buff *skb, const struct nlmsghdr *nlh,
		struct netlink_ext_ack *extack)
{
	if (nlmsg_len(nlh) <= GENL_HDRLEN)
		return cvm_may_read(skb, extack);
	NL_SET_ERR_MSG(extack, "this command takes no attributes");
	return -EINVAL;
}

static int may_change(struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	if (netlink_capable(skb, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG(extack, "changing needs CAP_NET_ADMIN in the initial user namespace");
	return -EPERM;
}

static int reply(struct genl_info *info, u8 cmd, const struct cvm_part *part,
		 const void *record)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	void *hdr;

	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &cvm_family, 0, cmd);
	if (!hdr || part->fill(msg, record)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

static int fill_platform(struct sk_buff *msg)
{
	const struct cvm_platform *p = &cvm_platform;

	if (nla_put_u32(msg, CVMSTAT_A_INFO_PLATFORM, p->id) ||
	    nla_put_u32(msg, CVMSTAT_A_INFO_HINTS, p->hints) ||
	    (p->has_vmpl && nla_put_u32(msg, CVMSTAT_A_INFO_VMPL, p->vmpl)))
		return -EMSGSIZE;
	if ((p->has_bits &&
	     nla_put_u64_64bit(msg, CVMSTAT_A_INFO_PLATFORM_BITS, p->bits,
			       CVMSTAT_A_INFO_PAD)) ||
	    (p->has_td_ctls &&
	     nla_put_u64_64bit(msg, CVMSTAT_A_INFO_TD_CTLS, p->td_ctls,
			       CVMSTAT_A_INFO_PAD)) ||
	    (p->tdx_module[0] &&
	     nla_put_string(msg, CVMSTAT_A_INFO_TDX_MODULE, p->tdx_module)))
		return -EMSGSIZE;
	return 0;
}

/* There is one of them, without content of its own. */
static int fill_info(struct sk_buff *msg, const void *unused)
{
	if (fill_platform(msg) ||
	    nla_put_u32(msg, CVMSTAT_A_INFO_ABI, CVM_ABI) ||
	    nla_put_string(msg, CVMSTAT_A_INFO_VERSION, CVM_VERSION) ||
	    nla_put_string(msg, CVMSTAT_A_INFO_KERNEL, init_utsname()->release) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_INFO_GENERATION, generation,
			      CVMSTAT_A_INFO_PAD) ||
	    nla_put_u32(msg, CVMSTAT_A_INFO_POSSIBLE_CPUS,
			num_possible_cpus()) ||
	    nla_put_u32(msg, CVMSTAT_A_INFO_ONLINE_CPUS, num_online_cpus()) ||
	    nla_put_u32(msg, CVMSTAT_A_INFO_DETAIL_SLOTS, cvm_detail_slots) ||
	    nla_put_u32(msg, CVMSTAT_A_INFO_RIP_SLOTS, cvm_rip_slots) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_INFO_MEMORY, cvm_counters_memory(),
			      CVMSTAT_A_INFO_PAD) ||
	    nla_put_u32(msg, CVMSTAT_A_INFO_TSC_KHZ, tsc_khz) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_INFO_COUNTING_BEGAN,
			      cvm_counting_began, CVMSTAT_A_INFO_PAD))
		return -EMSGSIZE;
	return 0;
}

static struct cvm_records *take_info(const struct cvm_wanted *wanted)
{
	struct cvm_records *records = cvm_records_alloc(1, 0);

	if (records)
		cvm_records_add(records);
	return records;
}

const struct cvm_part cvm_info_part = {
	.needs = CVMSTAT_PARTS_INFO,
	.nest = CVMSTAT_A_SNAPSHOT_INFO,
	.take = take_info,
	.fill = fill_info,
};

int cvmstat_nl_info_doit(struct sk_buff *skb, struct genl_info *info)
{
	int ret = cvm_may_ask(skb, info->nlhdr, info->extack);

	return ret ?: reply(info, CVMSTAT_CMD_INFO, &cvm_info_part, NULL);
}

int cvmstat_nl_config_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	int ret = cvm_may_ask(skb, info->nlhdr, info->extack);

	return ret ?: reply(info, CVMSTAT_CMD_CONFIG_GET, &cvm_config_part,
			    &cvm_config);
}

/**
 * struct setting - a change under way
 * @work: does it
 * @skb: the request, which is answered then
 * @nlh: its header
 * @change: what it asks for
 */
struct setting {
	struct work_struct work;
	struct sk_buff *skb;
	const struct nlmsghdr *nlh;
	struct cvm_change change;
};

/*
 * A change may wait for all tasks, for seconds, and requests are handled under a
 * lock of generic netlink's: whoever registers a family meanwhile waits for it,
 * and all requests of others wait for him. So it is done, and answered, elsewhere.
 */
static struct workqueue_struct *settings;
static atomic_t nr_settings = ATOMIC_INIT(0);
static bool closing;

#define MAX_SETTINGS	64

/* netlink_ack() looks at the socket of who asked, who may have gone. */
static void setting_free(struct setting *setting)
{
	sock_put(NETLINK_CB(setting->skb).sk);
	kfree_skb(setting->skb);
	kfree(setting);
	atomic_dec(&nr_settings);
}

static void setting_done(struct work_struct *work)
{
	struct setting *setting = container_of(work, struct setting, work);
	struct nlmsghdr *nlh = (struct nlmsghdr *)setting->nlh;
	struct netlink_ext_ack extack = {};
	int ret = cvm_config_set(&setting->change, &extack);

	/* In this order, as those who asked expect no announcement of it later. */
	if (!ret && !READ_ONCE(closing))
		cvm_announce(CVMSTAT_ANNOUNCEMENT_CONFIG, NULL);
	if (ret || nlh->nlmsg_flags & NLM_F_ACK)
		netlink_ack(setting->skb, nlh, ret, &extack);
	setting_free(setting);
}

int cvmstat_nl_config_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct setting *setting;
	int ret = may_change(skb, info->extack);

	if (ret)
		return ret;
	if (atomic_inc_return(&nr_settings) > MAX_SETTINGS) {
		atomic_dec(&nr_settings);
		NL_SET_ERR_MSG(info->extack,
			       "too many changes are under way: wait for their answers");
		return -EBUSY;
	}
	setting = kzalloc(sizeof(*setting), GFP_KERNEL);
	if (!setting) {
		atomic_dec(&nr_settings);
		return -ENOMEM;
	}
	INIT_WORK(&setting->work, setting_done);
	setting->skb = skb_get(skb);
	sock_hold(NETLINK_CB(skb).sk);
	setting->nlh = info->nlhdr;
	setting->change = cvm_config_change(info->attrs);
	queue_work(settings, &setting->work);
	/* To netlink: who is asked answers by himself. */
	return -EINTR;
}

static int fill_event(struct sk_buff *msg, enum cvmstat_announcement what,
		      const char *hook)
{
	if (nla_put_u32(msg, CVMSTAT_A_EVENT_ANNOUNCEMENT, what) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_EVENT_GENERATION, generation,
			      CVMSTAT_A_EVENT_PAD) ||
	    nla_put_u32(msg, CVMSTAT_A_EVENT_CLASSES, cvm_config.classes) ||
	    nla_put_u8(msg, CVMSTAT_A_EVENT_DETAILS, cvm_config.details) ||
	    nla_put_u8(msg, CVMSTAT_A_EVENT_RIPS, cvm_config.rips) ||
	    nla_put_u8(msg, CVMSTAT_A_EVENT_LATENCY, cvm_config.latency) ||
	    nla_put_u8(msg, CVMSTAT_A_EVENT_DURATIONS, cvm_config.durations))
		return -EMSGSIZE;
	return hook ? nla_put_string(msg, CVMSTAT_A_EVENT_HOOK, hook) : 0;
}

/**
 * cvm_announce() - tell whoever listens, who may read
 * @what: enum cvmstat_announcement
 * @hook: name of the hook that was lost, or NULL
 *
 * An announcement that finds no memory is not made.
 *
 * Context: process context.
 */
void cvm_announce(enum cvmstat_announcement what, const char *hook)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	void *hdr;

	if (!msg)
		return;
	hdr = genlmsg_put(msg, 0, 0, &cvm_family, 0, CVMSTAT_CMD_NTF);
	if (!hdr || fill_event(msg, what, hook)) {
		nlmsg_free(msg);
		return;
	}
	genlmsg_end(msg, hdr);
	genlmsg_multicast(&cvm_family, msg, 0, CVMSTAT_NLGRP_EVENTS,
			  GFP_KERNEL);
}

/**
 * cvm_netlink_init() - register the family; from then on people may ask
 *
 * Return: 0 or -errno.
 */
int cvm_netlink_init(void)
{
	int ret;

	do {
		generation = get_random_u64();
	} while (!generation);

	settings = alloc_ordered_workqueue("cvmstat", 0);
	if (!settings)
		return -ENOMEM;
	ret = cvm_genl_set_ops(&cvm_family, cvmstat_nl_ops,
			       ARRAY_SIZE(cvmstat_nl_ops));
	if (ret)
		goto destroy;
	guard_groups();
	ret = genl_register_family(&cvm_family);
	if (ret)
		goto free_ops;
	cvm_announce(CVMSTAT_ANNOUNCEMENT_LOAD, NULL);
	return 0;

free_ops:
	cvm_genl_free_ops(&cvm_family);
destroy:
	destroy_workqueue(settings);
	return ret;
}

/**
 * cvm_netlink_exit() - announce the end, and unregister the family
 *
 * When it returns, no request is under way, and all are answered.
 */
void cvm_netlink_exit(void)
{
	cvm_announce(CVMSTAT_ANNOUNCEMENT_UNLOAD, NULL);
	WRITE_ONCE(closing, true);
	/* One that was at it announces it while there is a family. */
	flush_workqueue(settings);
	genl_unregister_family(&cvm_family);
	cvm_genl_free_ops(&cvm_family);
	destroy_workqueue(settings);
}
