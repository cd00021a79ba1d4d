/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_NETLINK_H
#define CVMSTAT_NETLINK_H

#include <linux/cvmstat.h>

#include "part.h"

#define CVM_ABI		1
#define CVM_VERSION	"0.1"

struct genl_family;
struct netlink_ext_ack;
struct nlmsghdr;

extern struct genl_family cvm_family;

int cvm_may_read(struct sk_buff *skb, struct netlink_ext_ack *extack);
int cvm_may_ask(struct sk_buff *skb, const struct nlmsghdr *nlh,
		struct netlink_ext_ack *extack);

extern const struct cvm_part cvm_info_part;

int cvm_netlink_init(void);
void cvm_netlink_exit(void);

void cvm_announce(enum cvmstat_announcement what, const char *hook);

#endif /* CVMSTAT_NETLINK_H */
