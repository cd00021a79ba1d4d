/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_CONFIG_H
#define CVMSTAT_CONFIG_H

#include <linux/netlink.h>

#include "count/account.h"

int cvm_config_set(struct nlattr **attrs, struct netlink_ext_ack *extack);
void cvm_config_refresh(void);
u32 cvm_config_sequence(void);

#endif /* CVMSTAT_CONFIG_H */
