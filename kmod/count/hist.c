// SPDX-License-Identifier: GPL-2.0
#include "hist.h"

/**
 * cvm_hist_read() - read the times of a CPU
 * @hist: filled
 * @times: the CPU may go on with them
 */
void cvm_hist_read(struct cvm_hist *hist, const struct cvm_buckets *times)
{
	unsigned int b;

	hist->cycles = local64_read(&times->cycles);
	for (b = 0; b < CVM_BUCKETS; b++)
		hist->buckets[b] = local64_read(&times->buckets[b]);
}

/**
 * cvm_hist_add() - add what another CPU took
 * @sum: of those before it
 * @hist: of that CPU
 */
void cvm_hist_add(struct cvm_hist *sum, const struct cvm_hist *hist)
{
	unsigned int b;

	sum->cycles += hist->cycles;
	for (b = 0; b < CVM_BUCKETS; b++)
		sum->buckets[b] += hist->buckets[b];
}
