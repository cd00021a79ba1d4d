/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_LATENCY_H
#define CVMSTAT_LATENCY_H

#include <linux/netlink.h>

#include "part.h"

int cvm_latency_init(void);
void cvm_latency_exit(void);

int cvm_latency_start(bool rdtsc_is_free, struct netlink_ext_ack *extack);
void cvm_latency_stop(void);

extern const struct cvm_part cvm_hist_part;

#endif /* CVMSTAT_LATENCY_H */
