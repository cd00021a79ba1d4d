/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_LATENCY_H
#define CVMSTAT_LATENCY_H

#include <linux/netlink.h>

#include "record.h"

#define CVM_BUCKETS	64
#define CVM_HISTS	40

/**
 * struct cvm_hist - handler times of one reason
 * @class: enum cvmstat_class
 * @has_code: @code means something; else all other reasons of the class
 * @code: reason
 * @cpu: CPU
 * @cycles: sum of the times
 * @buckets: times in [2^b, 2^(b+1)) cycles
 */
struct cvm_hist {
	u8 class;
	bool has_code;
	u64 code;
	u32 cpu;
	u64 cycles;
	u64 buckets[CVM_BUCKETS];
};

int cvm_latency_init(void);
void cvm_latency_exit(void);

int cvm_latency_start(cvm_each_fn each_reason, struct netlink_ext_ack *extack);
void cvm_latency_stop(void);
bool cvm_hist_read(unsigned int cpu, unsigned int i, struct cvm_hist *hist);

#endif /* CVMSTAT_LATENCY_H */
