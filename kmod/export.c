// SPDX-License-Identifier: GPL-2.0
#include <linux/cpumask.h>
#include <linux/module.h>

#include "export.h"
#include "sum.h"

static int each_cpu(cvm_each_fn each, cvm_record_fn fn, void *arg)
{
	unsigned int cpu;
	int ret = 0;

	for_each_possible_cpu(cpu) {
		ret = each(cpu, CVM_ALL_CLASSES, fn, arg);
		if (ret)
			break;
	}
	return ret;
}

/**
 * cvmstat_each_reason() - walk all counters by class and reason
 * @fn: called for each CPU's counter that is not zero
 * @arg: for @fn
 *
 * Context: any; takes no lock, so that it works under stop_machine().
 * Return: the last value of @fn; one other than 0 ends the walk.
 */
int cvmstat_each_reason(cvm_record_fn fn, void *arg)
{
	return each_cpu(cvm_each_reason, fn, arg);
}
EXPORT_SYMBOL_GPL(cvmstat_each_reason);

/**
 * cvmstat_each_detail() - walk all counters that have a detail
 * @fn: called for each CPU's counter that is not zero
 * @arg: for @fn
 *
 * Context: any; takes no lock, so that it works under stop_machine().
 * Return: the last value of @fn; one other than 0 ends the walk.
 */
int cvmstat_each_detail(cvm_record_fn fn, void *arg)
{
	return each_cpu(cvm_each_detail, fn, arg);
}
EXPORT_SYMBOL_GPL(cvmstat_each_detail);

/**
 * cvmstat_each_reason_of() - walk the counters of one CPU by class and reason
 * @cpu: a possible CPU
 * @fn: called for each counter that is not zero
 * @arg: for @fn
 *
 * Context: any; takes no lock.
 * Return: the last value of @fn; one other than 0 ends the walk.
 */
int cvmstat_each_reason_of(unsigned int cpu, cvm_record_fn fn, void *arg)
{
	return cvm_each_reason(cpu, CVM_ALL_CLASSES, fn, arg);
}
EXPORT_SYMBOL_GPL(cvmstat_each_reason_of);
