// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	kmod/cvmstat.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "cvmstat-nl-gen.h"

#include <uapi/linux/cvmstat.h>

/* CVMSTAT_CMD_GET - dump */
static const struct nla_policy cvmstat_get_nl_policy[CVMSTAT_A_COUNT_PER_CPU + 1] = {
	[CVMSTAT_A_COUNT_CLASSES] = NLA_POLICY_MASK(NLA_U32, 0xff),
	[CVMSTAT_A_COUNT_PER_CPU] = { .type = NLA_FLAG, },
};

/* CVMSTAT_CMD_DETAIL_GET - dump */
static const struct nla_policy cvmstat_detail_get_nl_policy[CVMSTAT_A_COUNT_PER_CPU + 1] = {
	[CVMSTAT_A_COUNT_CLASSES] = NLA_POLICY_MASK(NLA_U32, 0xff),
	[CVMSTAT_A_COUNT_PER_CPU] = { .type = NLA_FLAG, },
};

/* CVMSTAT_CMD_RIP_GET - dump */
static const struct nla_policy cvmstat_rip_get_nl_policy[CVMSTAT_A_COUNT_PER_CPU + 1] = {
	[CVMSTAT_A_COUNT_CLASSES] = NLA_POLICY_MASK(NLA_U32, 0xff),
	[CVMSTAT_A_COUNT_PER_CPU] = { .type = NLA_FLAG, },
};

/* CVMSTAT_CMD_HIST_GET - dump */
static const struct nla_policy cvmstat_hist_get_nl_policy[CVMSTAT_A_COUNT_PER_CPU + 1] = {
	[CVMSTAT_A_COUNT_CLASSES] = NLA_POLICY_MASK(NLA_U32, 0xff),
	[CVMSTAT_A_COUNT_PER_CPU] = { .type = NLA_FLAG, },
};

/* CVMSTAT_CMD_BOUNCE_GET - dump */
static const struct nla_policy cvmstat_bounce_get_nl_policy[CVMSTAT_A_AROUND_PER_CPU + 1] = {
	[CVMSTAT_A_AROUND_PER_CPU] = { .type = NLA_FLAG, },
};

/* CVMSTAT_CMD_IDLE_GET - dump */
static const struct nla_policy cvmstat_idle_get_nl_policy[CVMSTAT_A_AROUND_PER_CPU + 1] = {
	[CVMSTAT_A_AROUND_PER_CPU] = { .type = NLA_FLAG, },
};

/* CVMSTAT_CMD_CONFIG_SET - do */
static const struct nla_policy cvmstat_config_set_nl_policy[CVMSTAT_A_CONFIG_DURATIONS + 1] = {
	[CVMSTAT_A_CONFIG_CLASSES] = NLA_POLICY_MASK(NLA_U32, 0xff),
	[CVMSTAT_A_CONFIG_DETAILS] = NLA_POLICY_MAX(NLA_U8, 1),
	[CVMSTAT_A_CONFIG_RIPS] = NLA_POLICY_MAX(NLA_U8, 1),
	[CVMSTAT_A_CONFIG_LATENCY] = NLA_POLICY_MAX(NLA_U8, 1),
	[CVMSTAT_A_CONFIG_DURATIONS] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* CVMSTAT_CMD_SNAPSHOT - dump */
static const struct nla_policy cvmstat_snapshot_nl_policy[CVMSTAT_A_SNAPSHOT_PER_CPU + 1] = {
	[CVMSTAT_A_SNAPSHOT_PARTS] = NLA_POLICY_MASK(NLA_U32, 0xfff),
	[CVMSTAT_A_SNAPSHOT_CLASSES] = NLA_POLICY_MASK(NLA_U32, 0xff),
	[CVMSTAT_A_SNAPSHOT_PER_CPU] = { .type = NLA_FLAG, },
};

/* Ops table for cvmstat */
const struct genl_split_ops cvmstat_nl_ops[13] = {
	{
		.cmd	= CVMSTAT_CMD_INFO,
		.doit	= cvmstat_nl_info_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= CVMSTAT_CMD_HOOK_GET,
		.start	= cvmstat_nl_hook_get_start,
		.dumpit	= cvmstat_nl_hook_get_dumpit,
		.done	= cvmstat_nl_done,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= CVMSTAT_CMD_GAP_GET,
		.start	= cvmstat_nl_gap_get_start,
		.dumpit	= cvmstat_nl_gap_get_dumpit,
		.done	= cvmstat_nl_done,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= CVMSTAT_CMD_GET,
		.start		= cvmstat_nl_get_start,
		.dumpit		= cvmstat_nl_get_dumpit,
		.done		= cvmstat_nl_done,
		.policy		= cvmstat_get_nl_policy,
		.maxattr	= CVMSTAT_A_COUNT_PER_CPU,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= CVMSTAT_CMD_DETAIL_GET,
		.start		= cvmstat_nl_detail_get_start,
		.dumpit		= cvmstat_nl_detail_get_dumpit,
		.done		= cvmstat_nl_done,
		.policy		= cvmstat_detail_get_nl_policy,
		.maxattr	= CVMSTAT_A_COUNT_PER_CPU,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= CVMSTAT_CMD_RIP_GET,
		.start		= cvmstat_nl_rip_get_start,
		.dumpit		= cvmstat_nl_rip_get_dumpit,
		.done		= cvmstat_nl_done,
		.policy		= cvmstat_rip_get_nl_policy,
		.maxattr	= CVMSTAT_A_COUNT_PER_CPU,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= CVMSTAT_CMD_HIST_GET,
		.start		= cvmstat_nl_hist_get_start,
		.dumpit		= cvmstat_nl_hist_get_dumpit,
		.done		= cvmstat_nl_done,
		.policy		= cvmstat_hist_get_nl_policy,
		.maxattr	= CVMSTAT_A_COUNT_PER_CPU,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= CVMSTAT_CMD_BOUNCE_GET,
		.start		= cvmstat_nl_bounce_get_start,
		.dumpit		= cvmstat_nl_bounce_get_dumpit,
		.done		= cvmstat_nl_done,
		.policy		= cvmstat_bounce_get_nl_policy,
		.maxattr	= CVMSTAT_A_AROUND_PER_CPU,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= CVMSTAT_CMD_IDLE_GET,
		.start		= cvmstat_nl_idle_get_start,
		.dumpit		= cvmstat_nl_idle_get_dumpit,
		.done		= cvmstat_nl_done,
		.policy		= cvmstat_idle_get_nl_policy,
		.maxattr	= CVMSTAT_A_AROUND_PER_CPU,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= CVMSTAT_CMD_CONFIG_GET,
		.doit	= cvmstat_nl_config_get_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= CVMSTAT_CMD_CONFIG_SET,
		.doit		= cvmstat_nl_config_set_doit,
		.policy		= cvmstat_config_set_nl_policy,
		.maxattr	= CVMSTAT_A_CONFIG_DURATIONS,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= CVMSTAT_CMD_SNAPSHOT,
		.start		= cvmstat_nl_snapshot_start,
		.dumpit		= cvmstat_nl_snapshot_dumpit,
		.done		= cvmstat_nl_done,
		.policy		= cvmstat_snapshot_nl_policy,
		.maxattr	= CVMSTAT_A_SNAPSHOT_PER_CPU,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= CVMSTAT_CMD_BOOT_GET,
		.start	= cvmstat_nl_boot_get_start,
		.dumpit	= cvmstat_nl_boot_get_dumpit,
		.done	= cvmstat_nl_done,
		.flags	= GENL_CMD_CAP_DUMP,
	},
};

static const struct genl_multicast_group cvmstat_nl_mcgrps[] = {
	[CVMSTAT_NLGRP_EVENTS] = { "events", },
};
