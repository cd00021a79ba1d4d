// SPDX-License-Identifier: GPL-2.0
/* All counters there are, whoever keeps them. */
#include <linux/kernel.h>

#include "count/account.h"
#include "count/hot.h"
#include "count/patched.h"
#include "sum.h"

static const struct cvm_source * const sources[] = {
	&cvm_account_source, &cvm_hot_source, &cvm_patched_source,
};

/**
 * cvm_each_reason() - walk all counters of one CPU by class and reason
 * @cpu: a possible CPU
 * @classes: BIT(enum cvmstat_class) of those that are wanted
 * @fn: called for each that is not zero; a value other than 0 ends the walk
 * @arg: for @fn
 *
 * One reason can come more than once: the caller adds them up.
 *
 * Context: any. Takes no lock.
 * Return: the last value of @fn.
 */
int cvm_each_reason(unsigned int cpu, u32 classes, cvm_record_fn fn, void *arg)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(sources) && !ret; i++)
		ret = sources[i]->each_reason(cpu, classes, fn, arg);
	return ret;
}

/**
 * cvm_each_detail() - walk all counters of one CPU that have a detail
 * @cpu: a possible CPU
 * @classes: BIT(enum cvmstat_class) of those that are wanted
 * @fn: called for each that is not zero; a value other than 0 ends the walk
 * @arg: for @fn
 *
 * One key can come more than once: the caller adds them up.
 *
 * Context: any. Takes no lock.
 * Return: the last value of @fn.
 */
int cvm_each_detail(unsigned int cpu, u32 classes, cvm_record_fn fn, void *arg)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(sources) && !ret; i++)
		ret = sources[i]->each_detail(cpu, classes, fn, arg);
	return ret;
}
