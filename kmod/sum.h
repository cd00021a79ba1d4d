/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_SUM_H
#define CVMSTAT_SUM_H

#include "part.h"
#include "record.h"

int cvm_each_reason(unsigned int cpu, u32 classes, cvm_record_fn fn, void *arg);
int cvm_each_detail(unsigned int cpu, u32 classes, cvm_record_fn fn, void *arg);

extern const struct cvm_part cvm_count_part;
extern const struct cvm_part cvm_detail_part;
extern const struct cvm_part cvm_recount_part;

#endif /* CVMSTAT_SUM_H */
