// SPDX-License-Identifier: GPL-2.0
/*
 * The parts of what the module tells: each is a list of records, and a
 * function that puts one of them into a message. A dump takes its records when
 * it starts, so that what it shows is of one moment, however slowly it is read.
 */
#include <linux/cpumask.h>
#include <net/netlink.h>

#include "around.h"
#include "config.h"
#include "count/latency.h"
#include "count/patched.h"
#include "count/rips.h"
#include "netlink.h"
#include "parts.h"
#include "platform.h"
#include "hooks/hooks.h"
#include "records.h"
#include "sum.h"

/* What is told in one record, whose content is looked up when it is told. */
static struct cvm_records *take_info(const struct cvm_wanted *wanted)
{
	struct cvm_records *records = cvm_records_alloc(1, 0);

	if (records)
		cvm_records_add(records);
	return records;
}

static struct cvm_records *take_config(const struct cvm_wanted *wanted)
{
	struct cvm_records *records;

	records = cvm_records_alloc(1, sizeof(struct cvm_config));
	if (records)
		*(struct cvm_config *)cvm_records_add(records) = cvm_config;
	return records;
}

/* The CPU of a record is in it only if the dump keeps CPUs apart. */
static int fill_cpu(struct sk_buff *msg, const struct cvm_record *rec)
{
	if (!rec->has_cpu)
		return 0;
	return nla_put_u32(msg, CVMSTAT_A_COUNT_CPU, rec->cpu);
}

static int fill_reason(struct sk_buff *msg, const struct cvm_record *rec)
{
	if (nla_put_u32(msg, CVMSTAT_A_COUNT_CLASS, rec->class) ||
	    fill_cpu(msg, rec) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_COUNT_KERNEL, rec->n[0],
			      CVMSTAT_A_COUNT_PAD) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_COUNT_USER, rec->n[1],
			      CVMSTAT_A_COUNT_PAD))
		return -EMSGSIZE;
	if (rec->overflow && nla_put_flag(msg, CVMSTAT_A_COUNT_OVERFLOW))
		return -EMSGSIZE;
	if (!rec->has_code)
		return 0;
	return nla_put_u64_64bit(msg, CVMSTAT_A_COUNT_CODE, rec->code,
				 CVMSTAT_A_COUNT_PAD);
}

static int fill_count(struct sk_buff *msg, const void *what)
{
	const struct cvm_record *rec = what;

	if (fill_reason(msg, rec))
		return -EMSGSIZE;
	return nla_put_u32(msg, CVMSTAT_A_COUNT_PROVENANCE, rec->provenance);
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

static int fill_rip(struct sk_buff *msg, const void *what)
{
	const struct cvm_record *rec = what;

	if (fill_reason(msg, rec) ||
	    (rec->tgid && nla_put_u32(msg, CVMSTAT_A_COUNT_TGID, rec->tgid)))
		return -EMSGSIZE;
	if (!rec->rip)
		return 0;
	return nla_put_u64_64bit(msg, CVMSTAT_A_COUNT_RIP, rec->rip,
				 CVMSTAT_A_COUNT_PAD);
}

static struct cvm_records *take_counts(const struct cvm_wanted *wanted)
{
	return cvm_records_take(cvm_each_reason, wanted->classes,
				wanted->per_cpu);
}

static struct cvm_records *take_details(const struct cvm_wanted *wanted)
{
	return cvm_records_take(cvm_each_detail, wanted->classes,
				wanted->per_cpu);
}

static struct cvm_records *take_rips(const struct cvm_wanted *wanted)
{
	return cvm_records_take(cvm_each_rip, wanted->classes,
				wanted->per_cpu);
}

/* Records of one CPU each, or their sum as if they were CPU 0's. */
struct hist_record {
	struct cvm_hist hist;
	bool has_cpu;
};

static void add_hist(struct cvm_hist *sum, const struct cvm_hist *hist)
{
	unsigned int b;

	sum->cycles += hist->cycles;
	for (b = 0; b < CVM_BUCKETS; b++)
		sum->buckets[b] += hist->buckets[b];
}

static struct cvm_records *take_hists(const struct cvm_wanted *wanted)
{
	struct cvm_records *records;
	unsigned int i, cpu;

	records = cvm_records_alloc(CVM_HISTS * (wanted->per_cpu ? num_possible_cpus() : 1),
				    sizeof(struct hist_record));
	if (!records)
		return NULL;
	for (i = 0; i < CVM_HISTS; i++) {
		struct hist_record *sum = NULL;

		for_each_possible_cpu(cpu) {
			struct cvm_hist hist;

			if (!cvm_hist_read(cpu, i, &hist) ||
			    !(wanted->classes & BIT(hist.class)))
				continue;
			if (sum && !wanted->per_cpu) {
				add_hist(&sum->hist, &hist);
				continue;
			}
			sum = cvm_records_add(records);
			sum->hist = hist;
			sum->has_cpu = wanted->per_cpu;
		}
	}
	return records;
}

static int fill_hist(struct sk_buff *msg, const void *what)
{
	const struct hist_record *rec = what;

	if (nla_put_u32(msg, CVMSTAT_A_COUNT_CLASS, rec->hist.class) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_COUNT_CYCLES, rec->hist.cycles,
			      CVMSTAT_A_COUNT_PAD) ||
	    nla_put(msg, CVMSTAT_A_COUNT_BUCKETS, sizeof(rec->hist.buckets),
		    rec->hist.buckets))
		return -EMSGSIZE;
	if (rec->has_cpu && nla_put_u32(msg, CVMSTAT_A_COUNT_CPU, rec->hist.cpu))
		return -EMSGSIZE;
	if (!rec->hist.has_code)
		return 0;
	return nla_put_u64_64bit(msg, CVMSTAT_A_COUNT_CODE, rec->hist.code,
				 CVMSTAT_A_COUNT_PAD);
}

struct bounce_record {
	struct cvm_bounce_record bounce;
	bool has_cpu;
};

static struct cvm_records *take_bounces(const struct cvm_wanted *wanted)
{
	struct cvm_records *records;
	unsigned int i, cpu;

	records = cvm_records_alloc(CVM_BOUNCE_SLOTS *
				    (wanted->per_cpu ? num_possible_cpus() : 1),
				    sizeof(struct bounce_record));
	if (!records)
		return NULL;
	for (i = 0; i < CVM_BOUNCE_SLOTS; i++) {
		struct bounce_record *sum = NULL;

		for_each_possible_cpu(cpu) {
			struct cvm_bounce_record bounce;

			if (!cvm_bounce_read(cpu, i, &bounce))
				continue;
			if (sum && !wanted->per_cpu) {
				sum->bounce.bounces += bounce.bounces;
				sum->bounce.bytes += bounce.bytes;
				continue;
			}
			sum = cvm_records_add(records);
			sum->bounce = bounce;
			sum->has_cpu = wanted->per_cpu;
		}
	}
	return records;
}

static int fill_bounce(struct sk_buff *msg, const void *what)
{
	const struct bounce_record *rec = what;

	if (nla_put_string(msg, CVMSTAT_A_AROUND_DEVICE, rec->bounce.device) ||
	    nla_put_string(msg, CVMSTAT_A_AROUND_DRIVER, rec->bounce.driver) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_AROUND_BOUNCES,
			      rec->bounce.bounces, CVMSTAT_A_AROUND_PAD) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_AROUND_BYTES, rec->bounce.bytes,
			      CVMSTAT_A_AROUND_PAD))
		return -EMSGSIZE;
	if (!rec->has_cpu)
		return 0;
	return nla_put_u32(msg, CVMSTAT_A_AROUND_CPU, rec->bounce.cpu);
}

struct idle_record {
	struct cvm_idle_record idle;
	bool has_cpu;
};

static struct cvm_records *take_idle(const struct cvm_wanted *wanted)
{
	struct cvm_records *records;
	unsigned int i, cpu;

	records = cvm_records_alloc(CVM_IDLE_STATES *
				    (wanted->per_cpu ? num_possible_cpus() : 1),
				    sizeof(struct idle_record));
	if (!records)
		return NULL;
	for (i = 0; i < CVM_IDLE_STATES; i++) {
		struct idle_record *sum = NULL;

		for_each_possible_cpu(cpu) {
			struct cvm_idle_record idle;

			if (!cvm_idle_read(cpu, i, &idle))
				continue;
			if (sum && !wanted->per_cpu) {
				sum->idle.entries += idle.entries;
				continue;
			}
			sum = cvm_records_add(records);
			sum->idle = idle;
			sum->has_cpu = wanted->per_cpu;
		}
	}
	return records;
}

static int fill_idle(struct sk_buff *msg, const void *what)
{
	const struct idle_record *rec = what;

	if (nla_put_u32(msg, CVMSTAT_A_AROUND_IDLE_STATE, rec->idle.state) ||
	    nla_put_string(msg, CVMSTAT_A_AROUND_IDLE_NAME, rec->idle.name) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_AROUND_IDLE_ENTRIES,
			      rec->idle.entries, CVMSTAT_A_AROUND_PAD))
		return -EMSGSIZE;
	if (rec->idle.polling &&
	    nla_put_flag(msg, CVMSTAT_A_AROUND_IDLE_POLLING))
		return -EMSGSIZE;
	if (!rec->has_cpu)
		return 0;
	return nla_put_u32(msg, CVMSTAT_A_AROUND_CPU, rec->idle.cpu);
}

static struct cvm_records *take_hooks(const struct cvm_wanted *wanted)
{
	struct cvm_records *records;
	unsigned int i;

	records = cvm_records_alloc(cvm_nr_hooks(), sizeof(struct cvm_hook *));
	if (!records)
		return NULL;
	for (i = 0; i < cvm_nr_hooks(); i++)
		*(const struct cvm_hook **)cvm_records_add(records) =
			cvm_hook_at(i);
	return records;
}

static int fill_hook(struct sk_buff *msg, const void *what)
{
	const struct cvm_hook *hook = *(const struct cvm_hook **)what;

	if (nla_put_string(msg, CVMSTAT_A_HOOK_NAME, hook->desc->name) ||
	    nla_put_string(msg, CVMSTAT_A_HOOK_SYMBOL, hook->point->symbol) ||
	    nla_put_u32(msg, CVMSTAT_A_HOOK_BACKEND, cvm_hook_backend(hook)) ||
	    nla_put_u32(msg, CVMSTAT_A_HOOK_CLASSES,
			hook->superseded ? 0 : hook->classes) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_HOOK_HITS, cvm_hook_total(hook),
			      CVMSTAT_A_HOOK_PAD) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_HOOK_MISSED, cvm_hook_missed(hook),
			      CVMSTAT_A_HOOK_PAD) ||
	    nla_put_u32(msg, CVMSTAT_A_HOOK_PROVENANCE, hook->provenance))
		return -EMSGSIZE;
	if (hook->proven && nla_put_flag(msg, CVMSTAT_A_HOOK_PROVEN))
		return -EMSGSIZE;
	if (cvm_hook_backend(hook) != CVMSTAT_BACKEND_NONE)
		return 0;
	return nla_put_string(msg, CVMSTAT_A_HOOK_REASON,
			      hook->live ? "kprobes are switched off" : hook->why);
}

static bool is_gap(const struct cvm_gap *gap)
{
	return gap->platforms & BIT(cvm_platform.id) &&
	       !cvm_patched_counts(gap->class, gap->has_code, gap->code);
}

/* Emit the gaps of this guest, or only count them. */
static unsigned int add_gaps(struct cvm_records *records)
{
	const struct cvm_gap *gap;
	unsigned int i, n = 0;

	for (i = 0; (gap = cvm_gap_at(i)); i++) {
		if (!is_gap(gap))
			continue;
		if (records)
			*(const struct cvm_gap **)cvm_records_add(records) = gap;
		n++;
	}
	return n;
}

static struct cvm_records *take_gaps(const struct cvm_wanted *wanted)
{
	struct cvm_records *records;

	records = cvm_records_alloc(add_gaps(NULL), sizeof(struct cvm_gap *));
	if (records)
		add_gaps(records);
	return records;
}

static int fill_gap(struct sk_buff *msg, const void *what)
{
	const struct cvm_gap *gap = *(const struct cvm_gap **)what;

	if (nla_put_u32(msg, CVMSTAT_A_GAP_CLASS, gap->class) ||
	    nla_put_string(msg, CVMSTAT_A_GAP_WHY, gap->why))
		return -EMSGSIZE;
	if (!gap->has_code)
		return 0;
	return nla_put_u64_64bit(msg, CVMSTAT_A_GAP_CODE, gap->code,
				 CVMSTAT_A_GAP_PAD);
}

const struct cvm_part cvm_parts[CVM_NR_PARTS] = {
	[CVM_PART_INFO] = {
		.needs = CVMSTAT_PARTS_INFO,
		.nest = CVMSTAT_A_SNAPSHOT_INFO,
		.take = take_info,
		.fill = cvm_fill_info,
	},
	[CVM_PART_CONFIG] = {
		.needs = CVMSTAT_PARTS_CONFIG,
		.nest = CVMSTAT_A_SNAPSHOT_CONFIG,
		.take = take_config,
		.fill = cvm_fill_config,
	},
	[CVM_PART_COUNT] = {
		.needs = CVMSTAT_PARTS_COUNTS,
		.nest = CVMSTAT_A_SNAPSHOT_COUNT,
		.take = take_counts,
		.fill = fill_count,
	},
	[CVM_PART_DETAIL] = {
		.needs = CVMSTAT_PARTS_DETAILS,
		.nest = CVMSTAT_A_SNAPSHOT_DETAIL,
		.take = take_details,
		.fill = fill_detail,
	},
	[CVM_PART_RECOUNT] = {
		.needs = CVMSTAT_PARTS_COUNTS | CVMSTAT_PARTS_DETAILS,
		.nest = CVMSTAT_A_SNAPSHOT_RECOUNT,
		.take = take_counts,
		.fill = fill_count,
	},
	[CVM_PART_RIP] = {
		.needs = CVMSTAT_PARTS_RIPS,
		.nest = CVMSTAT_A_SNAPSHOT_RIP,
		.take = take_rips,
		.fill = fill_rip,
	},
	[CVM_PART_HIST] = {
		.needs = CVMSTAT_PARTS_HISTS,
		.nest = CVMSTAT_A_SNAPSHOT_HIST,
		.take = take_hists,
		.fill = fill_hist,
	},
	[CVM_PART_BOUNCE] = {
		.needs = CVMSTAT_PARTS_BOUNCES,
		.nest = CVMSTAT_A_SNAPSHOT_BOUNCE,
		.take = take_bounces,
		.fill = fill_bounce,
	},
	[CVM_PART_IDLE] = {
		.needs = CVMSTAT_PARTS_IDLE,
		.nest = CVMSTAT_A_SNAPSHOT_IDLE,
		.take = take_idle,
		.fill = fill_idle,
	},
	[CVM_PART_HOOK] = {
		.needs = CVMSTAT_PARTS_HOOKS,
		.nest = CVMSTAT_A_SNAPSHOT_HOOK,
		.take = take_hooks,
		.fill = fill_hook,
	},
	[CVM_PART_GAP] = {
		.needs = CVMSTAT_PARTS_GAPS,
		.nest = CVMSTAT_A_SNAPSHOT_GAP,
		.take = take_gaps,
		.fill = fill_gap,
	},
};
