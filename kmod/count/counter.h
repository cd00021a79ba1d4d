/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_COUNTER_H
#define CVMSTAT_COUNTER_H

#include <linux/types.h>
#include <asm/local64.h>

/* A counter of one CPU, indexed by user mode. */
struct cvm_pair {
	local64_t n[2];
};

int cvm_counters_alloc(void __percpu *counters, size_t size);
void cvm_counters_free(void __percpu *counters);
u64 cvm_counters_memory(void);

#endif /* CVMSTAT_COUNTER_H */
