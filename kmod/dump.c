// SPDX-License-Identifier: GPL-2.0
/*
 * The dumps of the netlink family: each one part of what there is to tell, but
 * for the snapshot, which has several, every record in a nest that says of
 * which part it is.
 */
#include <linux/slab.h>
#include <net/genetlink.h>

#include "boot.h"
#include "config.h"
#include "count/latency.h"
#include "count/rips.h"
#include "count/tally.h"
#include "cvmstat-nl-gen.h"
#include "hooks/bounce.h"
#include "hooks/hooks.h"
#include "hooks/idle.h"
#include "netlink.h"
#include "records.h"
#include "sum.h"

/* In the order in which a snapshot takes them, and shows them. */
static const struct cvm_part * const parts[] = {
	&cvm_info_part,
	&cvm_config_part,
	/* Before the counts, of which they are a part. */
	&cvm_idle_count_part,
	&cvm_count_part,
	&cvm_detail_part,
	&cvm_recount_part,
	&cvm_rip_part,
	&cvm_hist_part,
	&cvm_bounce_part,
	&cvm_idle_part,
	&cvm_hook_part,
	&cvm_gap_part,
	&cvm_boot_part,
};

/**
 * struct dump - a dump under way
 * @cmd: its command
 * @nested: put each record into the nest of its part
 * @next: the part that is being shown
 * @records: of each part; NULL if it is not to be shown
 */
struct dump {
	u8 cmd;
	bool nested;
	unsigned int next;
	struct cvm_records *records[ARRAY_SIZE(parts)];
};

/* Where a dump is kept between two messages. */
static struct dump **dump_of(struct netlink_callback *cb)
{
	return (struct dump **)&cb->args[0];
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

static void dump_free(struct dump *dump)
{
	unsigned int i;

	if (!dump)
		return;
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		cvm_records_free(dump->records[i]);
	kfree(dump);
}

int cvmstat_nl_done(struct netlink_callback *cb)
{
	dump_free(*dump_of(cb));
	return 0;
}

static bool is_part_of(const struct dump *dump, const struct cvm_part *part,
		       const struct cvm_part *only, u32 asked)
{
	return dump->nested ? !(part->needs & ~asked) : part == only;
}

/* Take the records of one part, or, for a snapshot, of those asked for. */
static struct dump *take(u8 cmd, const struct cvm_part *only, u32 asked,
			 const struct cvm_wanted *wanted)
{
	struct dump *dump = kzalloc(sizeof(*dump), GFP_KERNEL_ACCOUNT);
	unsigned int i;

	if (!dump)
		return NULL;
	dump->cmd = cmd;
	dump->nested = !only;
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!is_part_of(dump, parts[i], only, asked))
			continue;
		dump->records[i] = parts[i]->take(wanted);
		if (!dump->records[i]) {
			dump_free(dump);
			return NULL;
		}
	}
	return dump;
}

static int start(struct netlink_callback *cb, u8 cmd,
		 const struct cvm_part *only, u32 asked,
		 const struct cvm_wanted *wanted)
{
	struct dump *dump;

	/* A change that comes before the first message is one, too. */
	cb->prev_seq = cvm_config_sequence();
	dump = take(cmd, only, asked, wanted);
	if (!dump)
		return refuse(cb, -ENOMEM,
			      "not enough memory for a snapshot of the counters");
	*dump_of(cb) = dump;
	return 0;
}

static int fill_nest(struct sk_buff *msg, const struct cvm_part *part,
		     const void *record)
{
	struct nlattr *nest = nla_nest_start(msg, part->nest);

	if (!nest || part->fill(msg, record))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int show_record(struct sk_buff *msg, struct netlink_callback *cb,
		       const struct dump *dump, const void *record)
{
	const struct cvm_part *part = parts[dump->next];
	void *hdr;
	int ret;

	hdr = genlmsg_put(msg, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &cvm_family, NLM_F_MULTI, dump->cmd);
	if (!hdr)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, hdr);
	if (dump->nested)
		ret = fill_nest(msg, part, record);
	else
		ret = part->fill(msg, record);
	if (ret)
		genlmsg_cancel(msg, hdr);
	else
		genlmsg_end(msg, hdr);
	return ret;
}

/* Put as many records of the part into the message as there is room for. */
static int show_part(struct sk_buff *msg, struct netlink_callback *cb,
		     const struct dump *dump)
{
	struct cvm_records *records = dump->records[dump->next];
	int ret = 0;

	if (!records)
		return 0;
	for (; records->next < records->n; records->next++) {
		ret = show_record(msg, cb, dump,
				  cvm_records_at(records, records->next));
		if (ret)
			break;
	}
	return ret;
}

/* Return: 0 at the end, which netlink then says in the same message. */
static int show(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct dump *dump = *dump_of(cb);

	cb->seq = cvm_config_sequence();
	if (cb->args[1])
		return refused(cb);
	for (; dump->next < ARRAY_SIZE(parts); dump->next++)
		if (show_part(msg, cb, dump))
			return msg->len ?: -EMSGSIZE;
	return 0;
}

/* Attributes of a request; attribute 0 is none, and never there. */
static struct cvm_wanted wanted(struct netlink_callback *cb,
				unsigned int classes, unsigned int per_cpu)
{
	struct nlattr **attrs = cvm_genl_dump_attrs(cb);

	return (struct cvm_wanted){
		.classes = attrs[classes] ? nla_get_u32(attrs[classes]) :
					    CVM_ALL_CLASSES,
		.per_cpu = attrs[per_cpu],
	};
}

/**
 * struct one - a command that dumps one part
 * @cmd: the command
 * @classes: attribute of its requests, or 0
 * @per_cpu: attribute of its requests; without it they have none at all
 * @part: the part
 */
struct one {
	u8 cmd;
	u8 classes;
	u8 per_cpu;
	const struct cvm_part *part;
};

static int start_one(struct netlink_callback *cb, const struct one *one)
{
	struct cvm_wanted all = { .classes = CVM_ALL_CLASSES };
	struct netlink_ext_ack extack = {};
	int ret;

	if (one->per_cpu)
		ret = cvm_may_read(cb->skb, &extack);
	else
		ret = cvm_may_ask(cb->skb, cb->nlh, &extack);
	if (ret)
		return refuse(cb, ret, extack._msg);
	if (one->per_cpu)
		all = wanted(cb, one->classes, one->per_cpu);
	return start(cb, one->cmd, one->part, 0, &all);
}

#define DUMP_OF_ONE(name, CMD, PART, CLASSES, PER_CPU) \
int cvmstat_nl_##name##_start(struct netlink_callback *cb) \
{ \
	static const struct one one = { CMD, CLASSES, PER_CPU, PART }; \
\
	return start_one(cb, &one); \
} \
\
int cvmstat_nl_##name##_dumpit(struct sk_buff *msg, \
			       struct netlink_callback *cb) \
{ \
	return show(msg, cb); \
}

DUMP_OF_ONE(hook_get, CVMSTAT_CMD_HOOK_GET, &cvm_hook_part, 0, 0)
DUMP_OF_ONE(gap_get, CVMSTAT_CMD_GAP_GET, &cvm_gap_part, 0, 0)
DUMP_OF_ONE(boot_get, CVMSTAT_CMD_BOOT_GET, &cvm_boot_part, 0, 0)
DUMP_OF_ONE(get, CVMSTAT_CMD_GET, &cvm_count_part,
	    CVMSTAT_A_COUNT_CLASSES, CVMSTAT_A_COUNT_PER_CPU)
DUMP_OF_ONE(detail_get, CVMSTAT_CMD_DETAIL_GET, &cvm_detail_part,
	    CVMSTAT_A_COUNT_CLASSES, CVMSTAT_A_COUNT_PER_CPU)
DUMP_OF_ONE(rip_get, CVMSTAT_CMD_RIP_GET, &cvm_rip_part,
	    CVMSTAT_A_COUNT_CLASSES, CVMSTAT_A_COUNT_PER_CPU)
DUMP_OF_ONE(hist_get, CVMSTAT_CMD_HIST_GET, &cvm_hist_part,
	    CVMSTAT_A_COUNT_CLASSES, CVMSTAT_A_COUNT_PER_CPU)
DUMP_OF_ONE(bounce_get, CVMSTAT_CMD_BOUNCE_GET, &cvm_bounce_part,
	    0, CVMSTAT_A_AROUND_PER_CPU)
DUMP_OF_ONE(idle_get, CVMSTAT_CMD_IDLE_GET, &cvm_idle_part,
	    0, CVMSTAT_A_AROUND_PER_CPU)

/* enum cvmstat_parts that a request for a snapshot asks for. */
static u32 asked_parts(struct netlink_callback *cb)
{
	struct nlattr *attr = cvm_genl_dump_attrs(cb)[CVMSTAT_A_SNAPSHOT_PARTS];

	return attr ? nla_get_u32(attr) : ~0U;
}

int cvmstat_nl_snapshot_start(struct netlink_callback *cb)
{
	struct netlink_ext_ack extack = {};
	struct cvm_wanted want;
	int ret = cvm_may_read(cb->skb, &extack);

	if (ret)
		return refuse(cb, ret, extack._msg);
	want = wanted(cb, CVMSTAT_A_SNAPSHOT_CLASSES,
		      CVMSTAT_A_SNAPSHOT_PER_CPU);
	return start(cb, CVMSTAT_CMD_SNAPSHOT, NULL, asked_parts(cb), &want);
}

int cvmstat_nl_snapshot_dumpit(struct sk_buff *msg,
			       struct netlink_callback *cb)
{
	return show(msg, cb);
}
