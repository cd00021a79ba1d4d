/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_IDLE_H
#define CVMSTAT_IDLE_H

#include <linux/netlink.h>

#include "part.h"

int cvm_idle_may_time(bool rdtsc_is_free, struct netlink_ext_ack *extack);

extern const struct cvm_part cvm_idle_part;

#endif /* CVMSTAT_IDLE_H */
