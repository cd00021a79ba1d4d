/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_PATCHED_H
#define CVMSTAT_PATCHED_H

#include "account.h"

u32 cvm_patched_classes(void);
bool cvm_patched_counts(unsigned int class, bool has_code, u64 code);
int cvm_patched_each_reason(unsigned int cpu, u32 classes, cvm_record_fn fn,
			    void *arg);
int cvm_patched_each_detail(unsigned int cpu, u32 classes, cvm_record_fn fn,
			    void *arg);

#endif /* CVMSTAT_PATCHED_H */
