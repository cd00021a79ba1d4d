// SPDX-License-Identifier: GPL-2.0
/*
 * The dumps of the netlink family. Each takes its records when it starts, so
 * that what it shows is of one moment, however slowly it is read.
 */
#include <linux/cpumask.h>
#include <net/genetlink.h>

#include "around.h"
#include "config.h"
#include "cvmstat-nl-gen.h"
#include "hook.h"
#include "latency.h"
#include "netlink.h"
#include "patched.h"
#include "platform.h"
#include "records.h"
#include "rips.h"

typedef int (*fill_fn)(struct sk_buff *msg, const void *what);

/* Where a dump keeps its records between two messages. */
static struct cvm_records **records_of(struct netlink_callback *cb)
{
	return (struct cvm_records **)&cb->args[0];
}

/*
 * Refuse a dump. Where a start has no way to say why (Linux 6.1), the dump's
 * first message does: it is then its last.
 */
static int refuse(struct netlink_callback *cb, int err, const char *why)
{
	if (cb->extack) {
		cb->extack->_msg = why;
		return err;
	}
	cb->args[1] = err;
	cb->args[2] = (long)why;
	return 0;
}

static int refused(struct netlink_callback *cb)
{
	cb->extack->_msg = (const char *)cb->args[2];
	return cb->args[1];
}

/* Take over what a dump will show. */
static int show(struct netlink_callback *cb, struct cvm_records *records)
{
	if (!records)
		return refuse(cb, -ENOMEM,
			      "not enough memory for a snapshot of the counters");
	*records_of(cb) = records;
	return 0;
}

typedef struct cvm_records *(*take_fn)(struct netlink_callback *cb);

static int start_reading(struct netlink_callback *cb, take_fn take)
{
	struct netlink_ext_ack extack = {};
	int ret = cvm_may_read(cb->skb, &extack);

	return ret ? refuse(cb, ret, extack._msg) : show(cb, take(cb));
}

static int start_asking(struct netlink_callback *cb, take_fn take)
{
	struct netlink_ext_ack extack = {};
	int ret = cvm_may_ask(cb->skb, cb->nlh, &extack);

	return ret ? refuse(cb, ret, extack._msg) : show(cb, take(cb));
}

int cvmstat_nl_done(struct netlink_callback *cb)
{
	cvm_records_free(*records_of(cb));
	return 0;
}

/* Put as many of the records into the message as there is room for. */
static int dump(struct sk_buff *msg, struct netlink_callback *cb, u8 cmd,
		fill_fn fill)
{
	struct cvm_records *records = *records_of(cb);
	u32 first;

	if (cb->args[1])
		return refused(cb);
	first = records->next;
	cb->seq = cvm_config_sequence();
	for (; records->next < records->n; records->next++) {
		void *hdr = genlmsg_put(msg, NETLINK_CB(cb->skb).portid,
					cb->nlh->nlmsg_seq, &cvm_family,
					NLM_F_MULTI, cmd);

		if (!hdr)
			break;
		genl_dump_check_consistent(cb, hdr);
		if (fill(msg, cvm_records_at(records, records->next))) {
			genlmsg_cancel(msg, hdr);
			break;
		}
		genlmsg_end(msg, hdr);
	}
	if (records->next == first && first < records->n)
		return -EMSGSIZE;
	return msg->len;
}

static u32 wanted_classes(struct netlink_callback *cb)
{
	struct nlattr *attr = cvm_genl_dump_attrs(cb)[CVMSTAT_A_COUNT_CLASSES];

	return attr ? nla_get_u32(attr) : CVM_ALL_CLASSES;
}

static bool wanted_per_cpu(struct netlink_callback *cb, unsigned int attr)
{
	return cvm_genl_dump_attrs(cb)[attr];
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

#define COUNT_DUMP(name, CMD, each, fill) \
static struct cvm_records *take_##name(struct netlink_callback *cb) \
{ \
	return cvm_records_take(each, wanted_classes(cb), \
				wanted_per_cpu(cb, CVMSTAT_A_COUNT_PER_CPU)); \
} \
\
int cvmstat_nl_##name##_start(struct netlink_callback *cb) \
{ \
	return start_reading(cb, take_##name); \
} \
\
int cvmstat_nl_##name##_dumpit(struct sk_buff *msg, \
			       struct netlink_callback *cb) \
{ \
	return dump(msg, cb, CMD, fill); \
}

COUNT_DUMP(get, CVMSTAT_CMD_GET, cvm_each_reason, fill_count)
COUNT_DUMP(detail_get, CVMSTAT_CMD_DETAIL_GET, cvm_each_detail, fill_detail)
COUNT_DUMP(rip_get, CVMSTAT_CMD_RIP_GET, cvm_each_rip, fill_rip)

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

static struct cvm_records *take_hists(struct netlink_callback *cb)
{
	bool per_cpu = wanted_per_cpu(cb, CVMSTAT_A_COUNT_PER_CPU);
	u32 classes = wanted_classes(cb);
	struct cvm_records *records;
	unsigned int i, cpu;

	records = cvm_records_alloc(CVM_HISTS * (per_cpu ? num_possible_cpus() : 1),
				    sizeof(struct hist_record));
	if (!records)
		return NULL;
	for (i = 0; i < CVM_HISTS; i++) {
		struct hist_record *sum = NULL;

		for_each_possible_cpu(cpu) {
			struct cvm_hist hist;

			if (!cvm_hist_read(cpu, i, &hist) ||
			    !(classes & BIT(hist.class)))
				continue;
			if (sum && !per_cpu) {
				add_hist(&sum->hist, &hist);
				continue;
			}
			sum = cvm_records_add(records);
			sum->hist = hist;
			sum->has_cpu = per_cpu;
		}
	}
	return records;
}

int cvmstat_nl_hist_get_start(struct netlink_callback *cb)
{
	return start_reading(cb, take_hists);
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

int cvmstat_nl_hist_get_dumpit(struct sk_buff *msg,
			       struct netlink_callback *cb)
{
	return dump(msg, cb, CVMSTAT_CMD_HIST_GET, fill_hist);
}

struct bounce_record {
	struct cvm_bounce_record bounce;
	bool has_cpu;
};

static struct cvm_records *take_bounces(struct netlink_callback *cb)
{
	bool per_cpu = wanted_per_cpu(cb, CVMSTAT_A_AROUND_PER_CPU);
	struct cvm_records *records;
	unsigned int i, cpu;

	records = cvm_records_alloc(CVM_BOUNCE_SLOTS *
				    (per_cpu ? num_possible_cpus() : 1),
				    sizeof(struct bounce_record));
	if (!records)
		return NULL;
	for (i = 0; i < CVM_BOUNCE_SLOTS; i++) {
		struct bounce_record *sum = NULL;

		for_each_possible_cpu(cpu) {
			struct cvm_bounce_record bounce;

			if (!cvm_bounce_read(cpu, i, &bounce))
				continue;
			if (sum && !per_cpu) {
				sum->bounce.bounces += bounce.bounces;
				sum->bounce.bytes += bounce.bytes;
				continue;
			}
			sum = cvm_records_add(records);
			sum->bounce = bounce;
			sum->has_cpu = per_cpu;
		}
	}
	return records;
}

int cvmstat_nl_bounce_get_start(struct netlink_callback *cb)
{
	return start_reading(cb, take_bounces);
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

int cvmstat_nl_bounce_get_dumpit(struct sk_buff *msg,
				 struct netlink_callback *cb)
{
	return dump(msg, cb, CVMSTAT_CMD_BOUNCE_GET, fill_bounce);
}

struct idle_record {
	struct cvm_idle_record idle;
	bool has_cpu;
};

static struct cvm_records *take_idle(struct netlink_callback *cb)
{
	bool per_cpu = wanted_per_cpu(cb, CVMSTAT_A_AROUND_PER_CPU);
	struct cvm_records *records;
	unsigned int i, cpu;

	records = cvm_records_alloc(CVM_IDLE_STATES *
				    (per_cpu ? num_possible_cpus() : 1),
				    sizeof(struct idle_record));
	if (!records)
		return NULL;
	for (i = 0; i < CVM_IDLE_STATES; i++) {
		struct idle_record *sum = NULL;

		for_each_possible_cpu(cpu) {
			struct cvm_idle_record idle;

			if (!cvm_idle_read(cpu, i, &idle))
				continue;
			if (sum && !per_cpu) {
				sum->idle.entries += idle.entries;
				continue;
			}
			sum = cvm_records_add(records);
			sum->idle = idle;
			sum->has_cpu = per_cpu;
		}
	}
	return records;
}

int cvmstat_nl_idle_get_start(struct netlink_callback *cb)
{
	return start_reading(cb, take_idle);
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

int cvmstat_nl_idle_get_dumpit(struct sk_buff *msg,
			       struct netlink_callback *cb)
{
	return dump(msg, cb, CVMSTAT_CMD_IDLE_GET, fill_idle);
}

static struct cvm_records *take_hooks(struct netlink_callback *cb)
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

int cvmstat_nl_hook_get_start(struct netlink_callback *cb)
{
	return start_asking(cb, take_hooks);
}

static int fill_hook(struct sk_buff *msg, const void *what)
{
	const struct cvm_hook *hook = *(const struct cvm_hook **)what;

	if (nla_put_string(msg, CVMSTAT_A_HOOK_NAME, hook->name) ||
	    nla_put_string(msg, CVMSTAT_A_HOOK_SYMBOL, hook->point->symbol) ||
	    nla_put_u32(msg, CVMSTAT_A_HOOK_BACKEND, cvm_hook_backend(hook)) ||
	    nla_put_u32(msg, CVMSTAT_A_HOOK_CLASSES,
			hook->needless ? 0 : hook->classes) ||
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

int cvmstat_nl_hook_get_dumpit(struct sk_buff *msg,
			       struct netlink_callback *cb)
{
	return dump(msg, cb, CVMSTAT_CMD_HOOK_GET, fill_hook);
}

static bool is_gap(const struct cvm_gap *gap)
{
	return gap->platforms & BIT(cvm_platform.id) &&
	       !cvm_patched_counts(gap->class, gap->has_code, gap->code);
}

static void add_gaps(struct cvm_records *records, const struct cvm_gap *gap)
{
	for (; gap->why; gap++)
		if (is_gap(gap))
			*(const struct cvm_gap **)cvm_records_add(records) = gap;
}

static unsigned int count_gaps(const struct cvm_gap *gap)
{
	unsigned int n = 0;

	while (gap[n].why)
		n++;
	return n;
}

static struct cvm_records *take_gaps(struct netlink_callback *cb)
{
	struct cvm_records *records;

	records = cvm_records_alloc(count_gaps(cvm_sev_gaps) +
				    count_gaps(cvm_tdx_gaps),
				    sizeof(struct cvm_gap *));
	if (!records)
		return NULL;
	add_gaps(records, cvm_sev_gaps);
	add_gaps(records, cvm_tdx_gaps);
	return records;
}

int cvmstat_nl_gap_get_start(struct netlink_callback *cb)
{
	return start_asking(cb, take_gaps);
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

int cvmstat_nl_gap_get_dumpit(struct sk_buff *msg, struct netlink_callback *cb)
{
	return dump(msg, cb, CVMSTAT_CMD_GAP_GET, fill_gap);
}
