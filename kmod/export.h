/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_EXPORT_H
#define CVMSTAT_EXPORT_H

#include "record.h"

/*
 * For tests only: they compare the counters with what the hypervisor counted
 * while the whole guest stands still.
 */
int cvmstat_each_reason(cvm_record_fn fn, void *arg);
int cvmstat_each_detail(cvm_record_fn fn, void *arg);

/* For cvmstat_bench, which finds it by symbol_get() if cvmstat is loaded. */
int cvmstat_each_reason_of(unsigned int cpu, cvm_record_fn fn, void *arg);

#endif /* CVMSTAT_EXPORT_H */
