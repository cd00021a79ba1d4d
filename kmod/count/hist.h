/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Histograms of times, in TSC cycles: as a CPU keeps them, and as they are read
 * and told.
 */
#ifndef CVMSTAT_HIST_H
#define CVMSTAT_HIST_H

#include <linux/log2.h>
#include <linux/types.h>
#include <asm/local64.h>

/* Times in [2^b, 2^(b+1)) cycles. */
#define CVM_BUCKETS	64

/**
 * struct cvm_buckets - times that one CPU took
 * @cycles: their sum
 * @buckets: how many, by length
 */
struct cvm_buckets {
	local64_t cycles;
	local64_t buckets[CVM_BUCKETS];
};

/**
 * struct cvm_hist - times as they are read
 * @cycles: their sum
 * @buckets: how many, by length
 */
struct cvm_hist {
	u64 cycles;
	u64 buckets[CVM_BUCKETS];
};

/**
 * cvm_buckets_add() - one more time
 * @times: of this CPU
 * @cycles: how long it was
 *
 * Context: any, an NMI included; preemption off.
 */
static inline void cvm_buckets_add(struct cvm_buckets *times, u64 cycles)
{
	local64_add(cycles, &times->cycles);
	local64_inc(&times->buckets[cycles ? ilog2(cycles) : 0]);
}

void cvm_hist_read(struct cvm_hist *hist, const struct cvm_buckets *times);
void cvm_hist_add(struct cvm_hist *sum, const struct cvm_hist *hist);

#endif /* CVMSTAT_HIST_H */
