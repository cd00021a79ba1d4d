/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	kmod/cvmstat.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_CVMSTAT_GEN_H
#define _LINUX_CVMSTAT_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/cvmstat.h>

/* Ops table for cvmstat */
extern const struct genl_split_ops cvmstat_nl_ops[13];

int cvmstat_nl_hook_get_start(struct netlink_callback *cb);
int cvmstat_nl_gap_get_start(struct netlink_callback *cb);
int cvmstat_nl_get_start(struct netlink_callback *cb);
int cvmstat_nl_detail_get_start(struct netlink_callback *cb);
int cvmstat_nl_rip_get_start(struct netlink_callback *cb);
int cvmstat_nl_hist_get_start(struct netlink_callback *cb);
int cvmstat_nl_bounce_get_start(struct netlink_callback *cb);
int cvmstat_nl_idle_get_start(struct netlink_callback *cb);
int cvmstat_nl_snapshot_start(struct netlink_callback *cb);
int cvmstat_nl_boot_get_start(struct netlink_callback *cb);
int cvmstat_nl_done(struct netlink_callback *cb);

int cvmstat_nl_info_doit(struct sk_buff *skb, struct genl_info *info);
int cvmstat_nl_hook_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int cvmstat_nl_gap_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int cvmstat_nl_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int cvmstat_nl_detail_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int cvmstat_nl_rip_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int cvmstat_nl_hist_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int cvmstat_nl_bounce_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int cvmstat_nl_idle_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int cvmstat_nl_config_get_doit(struct sk_buff *skb, struct genl_info *info);
int cvmstat_nl_config_set_doit(struct sk_buff *skb, struct genl_info *info);
int cvmstat_nl_snapshot_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int cvmstat_nl_boot_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);

enum {
	CVMSTAT_NLGRP_EVENTS,
};

#endif /* _LINUX_CVMSTAT_GEN_H */
