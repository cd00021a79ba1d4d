// SPDX-License-Identifier: GPL-2.0
/* All counters there are, whoever keeps them. */
#include <linux/kernel.h>
#include <net/netlink.h>

#include "count/account.h"
#include "count/hot.h"
#include "count/patched.h"
#include "records.h"
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

static struct cvm_records *take_counts(const struct cvm_wanted *wanted)
{
	return cvm_records_take(cvm_each_reason, wanted);
}

static int fill_count(struct sk_buff *msg, const void *what)
{
	const struct cvm_record *rec = what;

	if (cvm_record_fill(msg, rec))
		return -EMSGSIZE;
	return nla_put_u32(msg, CVMSTAT_A_COUNT_PROVENANCE, rec->provenance);
}

static struct cvm_records *take_details(const struct cvm_wanted *wanted)
{
	return cvm_records_take(cvm_each_detail, wanted);
}

static int fill_detail(struct sk_buff *msg, const void *what)
{
	const struct cvm_record *rec = what;

	if (fill_count(msg, rec) ||
	    nla_put_u32(msg, CVMSTAT_A_COUNT_OP, rec->op))
		return -EMSGSIZE;
	if (!rec->has_detail)
		return 0;
	return nla_put_u64_64bit(msg, CVMSTAT_A_COUNT_DETAIL, rec->detail,
				 CVMSTAT_A_COUNT_PAD);
}

const struct cvm_part cvm_count_part = {
	.needs = CVMSTAT_PARTS_COUNTS,
	.nest = CVMSTAT_A_SNAPSHOT_COUNT,
	.take = take_counts,
	.fill = fill_count,
};

const struct cvm_part cvm_detail_part = {
	.needs = CVMSTAT_PARTS_DETAILS,
	.nest = CVMSTAT_A_SNAPSHOT_DETAIL,
	.take = take_details,
	.fill = fill_detail,
};

const struct cvm_part cvm_recount_part = {
	.needs = CVMSTAT_PARTS_COUNTS | CVMSTAT_PARTS_DETAILS,
	.nest = CVMSTAT_A_SNAPSHOT_RECOUNT,
	.take = take_counts,
	.fill = fill_count,
};
