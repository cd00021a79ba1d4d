// SPDX-License-Identifier: GPL-2.0
/*
 * One table of attributes for each command, and one loop for all of them. The
 * kernel is trusted no further than the lengths allow: a newer module may send
 * what this reader never saw.
 */
#include <string.h>

#include <linux/genetlink.h>
#include <netlink/attr.h>

#include "wire/parse.h"

enum kind { SKIP, UINT, STRING, PRESENT, BUCKETS };

struct field {
	u16 kind;
	u16 size;
	u32 offset;
};

#define FIELD(kind, type, member) \
	{ kind, sizeof(((type *)0)->member), offsetof(type, member) }
#define HERE { PRESENT, 0, 0 }

static const struct field info_fields[CVMSTAT_A_INFO_MAX + 1] = {
	[CVMSTAT_A_INFO_PLATFORM] = FIELD(UINT, struct info, platform),
	[CVMSTAT_A_INFO_ABI] = FIELD(UINT, struct info, abi),
	[CVMSTAT_A_INFO_VERSION] = FIELD(STRING, struct info, version),
	[CVMSTAT_A_INFO_KERNEL] = FIELD(STRING, struct info, kernel),
	[CVMSTAT_A_INFO_GENERATION] = FIELD(UINT, struct info, generation),
	[CVMSTAT_A_INFO_POSSIBLE_CPUS] = FIELD(UINT, struct info, possible_cpus),
	[CVMSTAT_A_INFO_ONLINE_CPUS] = FIELD(UINT, struct info, online_cpus),
	[CVMSTAT_A_INFO_DETAIL_SLOTS] = FIELD(UINT, struct info, detail_slots),
	[CVMSTAT_A_INFO_RIP_SLOTS] = FIELD(UINT, struct info, rip_slots),
	[CVMSTAT_A_INFO_MEMORY] = FIELD(UINT, struct info, memory),
	[CVMSTAT_A_INFO_TSC_KHZ] = FIELD(UINT, struct info, tsc_khz),
	[CVMSTAT_A_INFO_PLATFORM_BITS] = FIELD(UINT, struct info, platform_bits),
	[CVMSTAT_A_INFO_VMPL] = FIELD(UINT, struct info, vmpl),
};

static const struct field hook_fields[CVMSTAT_A_HOOK_MAX + 1] = {
	[CVMSTAT_A_HOOK_NAME] = FIELD(STRING, struct hook, name),
	[CVMSTAT_A_HOOK_SYMBOL] = FIELD(STRING, struct hook, symbol),
	[CVMSTAT_A_HOOK_BACKEND] = FIELD(UINT, struct hook, backend),
	[CVMSTAT_A_HOOK_CLASSES] = FIELD(UINT, struct hook, classes),
	[CVMSTAT_A_HOOK_HITS] = FIELD(UINT, struct hook, hits),
	[CVMSTAT_A_HOOK_MISSED] = FIELD(UINT, struct hook, missed),
	[CVMSTAT_A_HOOK_REASON] = FIELD(STRING, struct hook, reason),
	[CVMSTAT_A_HOOK_PROVENANCE] = FIELD(UINT, struct hook, provenance),
	[CVMSTAT_A_HOOK_PROVEN] = HERE,
};

static const struct field gap_fields[CVMSTAT_A_GAP_MAX + 1] = {
	[CVMSTAT_A_GAP_CLASS] = FIELD(UINT, struct gap, class),
	[CVMSTAT_A_GAP_CODE] = FIELD(UINT, struct gap, code),
	[CVMSTAT_A_GAP_WHY] = FIELD(STRING, struct gap, why),
};

static const struct field record_fields[CVMSTAT_A_COUNT_MAX + 1] = {
	[CVMSTAT_A_COUNT_CLASS] = FIELD(UINT, struct record, class),
	[CVMSTAT_A_COUNT_CODE] = FIELD(UINT, struct record, code),
	[CVMSTAT_A_COUNT_OP] = FIELD(UINT, struct record, op),
	[CVMSTAT_A_COUNT_DETAIL] = FIELD(UINT, struct record, detail),
	[CVMSTAT_A_COUNT_CPU] = FIELD(UINT, struct record, cpu),
	[CVMSTAT_A_COUNT_KERNEL] = FIELD(UINT, struct record, kernel),
	[CVMSTAT_A_COUNT_USER] = FIELD(UINT, struct record, user),
	[CVMSTAT_A_COUNT_PROVENANCE] = FIELD(UINT, struct record, provenance),
	[CVMSTAT_A_COUNT_OVERFLOW] = HERE,
	[CVMSTAT_A_COUNT_RIP] = FIELD(UINT, struct record, rip),
	[CVMSTAT_A_COUNT_TGID] = FIELD(UINT, struct record, tgid),
};

static const struct field hist_fields[CVMSTAT_A_COUNT_MAX + 1] = {
	[CVMSTAT_A_COUNT_CLASS] = FIELD(UINT, struct hist, class),
	[CVMSTAT_A_COUNT_CODE] = FIELD(UINT, struct hist, code),
	[CVMSTAT_A_COUNT_CPU] = FIELD(UINT, struct hist, cpu),
	[CVMSTAT_A_COUNT_CYCLES] = FIELD(UINT, struct hist, cycles),
	[CVMSTAT_A_COUNT_BUCKETS] = { BUCKETS, 0, offsetof(struct hist, buckets) },
};

static const struct field bounce_fields[CVMSTAT_A_AROUND_MAX + 1] = {
	[CVMSTAT_A_AROUND_DEVICE] = FIELD(STRING, struct bounce, device),
	[CVMSTAT_A_AROUND_DRIVER] = FIELD(STRING, struct bounce, driver),
	[CVMSTAT_A_AROUND_BOUNCES] = FIELD(UINT, struct bounce, bounces),
	[CVMSTAT_A_AROUND_BYTES] = FIELD(UINT, struct bounce, bytes),
	[CVMSTAT_A_AROUND_CPU] = FIELD(UINT, struct bounce, cpu),
};

static const struct field idle_fields[CVMSTAT_A_AROUND_MAX + 1] = {
	[CVMSTAT_A_AROUND_IDLE_STATE] = FIELD(UINT, struct idle, state),
	[CVMSTAT_A_AROUND_IDLE_NAME] = FIELD(STRING, struct idle, name),
	[CVMSTAT_A_AROUND_IDLE_ENTRIES] = FIELD(UINT, struct idle, entries),
	[CVMSTAT_A_AROUND_IDLE_POLLING] = HERE,
	[CVMSTAT_A_AROUND_CPU] = FIELD(UINT, struct idle, cpu),
};

static const struct field config_fields[CVMSTAT_A_CONFIG_MAX + 1] = {
	[CVMSTAT_A_CONFIG_CLASSES] = FIELD(UINT, struct config, classes),
	[CVMSTAT_A_CONFIG_DETAILS] = FIELD(UINT, struct config, details),
	[CVMSTAT_A_CONFIG_RIPS] = FIELD(UINT, struct config, rips),
	[CVMSTAT_A_CONFIG_LATENCY] = FIELD(UINT, struct config, latency),
};

static const struct field event_fields[CVMSTAT_A_EVENT_MAX + 1] = {
	[CVMSTAT_A_EVENT_ANNOUNCEMENT] = FIELD(UINT, struct event, announcement),
	[CVMSTAT_A_EVENT_GENERATION] = FIELD(UINT, struct event, generation),
	[CVMSTAT_A_EVENT_HOOK] = FIELD(STRING, struct event, hook),
	[CVMSTAT_A_EVENT_CLASSES] = FIELD(UINT, struct event, classes),
	[CVMSTAT_A_EVENT_DETAILS] = FIELD(UINT, struct event, details),
	[CVMSTAT_A_EVENT_RIPS] = FIELD(UINT, struct event, rips),
	[CVMSTAT_A_EVENT_LATENCY] = FIELD(UINT, struct event, latency),
};

static void *info_slot(struct snapshot *s)
{
	return memset(&s->info, 0, sizeof(s->info));
}

static void *config_slot(struct snapshot *s)
{
	return memset(&s->config, 0, sizeof(s->config));
}

static void *count_slot(struct snapshot *s)
{
	return record_push(&s->counts);
}

static void *detail_slot(struct snapshot *s)
{
	return record_push(&s->details);
}

static void *recount_slot(struct snapshot *s)
{
	return record_push(&s->recounts);
}

static void *rip_slot(struct snapshot *s)
{
	return record_push(&s->rips);
}

static void *hist_slot(struct snapshot *s)
{
	return hist_push(&s->hists);
}

static void *bounce_slot(struct snapshot *s)
{
	return bounce_push(&s->bounces);
}

static void *idle_slot(struct snapshot *s)
{
	return idle_push(&s->idles);
}

static void *hook_slot(struct snapshot *s)
{
	return hook_push(&s->hooks);
}

static void *gap_slot(struct snapshot *s)
{
	return gap_push(&s->gaps);
}

static void *event_slot(struct snapshot *s)
{
	return event_push(&s->events);
}

static const struct answer {
	const struct field *fields;
	size_t n;
	void *(*slot)(struct snapshot *s);
} answers[CVMSTAT_CMD_MAX + 1] = {
	[CVMSTAT_CMD_INFO] = { info_fields, ARRAY_SIZE(info_fields), info_slot },
	[CVMSTAT_CMD_HOOK_GET] = { hook_fields, ARRAY_SIZE(hook_fields), hook_slot },
	[CVMSTAT_CMD_GAP_GET] = { gap_fields, ARRAY_SIZE(gap_fields), gap_slot },
	[CVMSTAT_CMD_GET] = { record_fields, ARRAY_SIZE(record_fields), count_slot },
	[CVMSTAT_CMD_DETAIL_GET] = { record_fields, ARRAY_SIZE(record_fields), detail_slot },
	[CVMSTAT_CMD_RIP_GET] = { record_fields, ARRAY_SIZE(record_fields), rip_slot },
	[CVMSTAT_CMD_HIST_GET] = { hist_fields, ARRAY_SIZE(hist_fields), hist_slot },
	[CVMSTAT_CMD_BOUNCE_GET] = { bounce_fields, ARRAY_SIZE(bounce_fields), bounce_slot },
	[CVMSTAT_CMD_IDLE_GET] = { idle_fields, ARRAY_SIZE(idle_fields), idle_slot },
	[CVMSTAT_CMD_CONFIG_GET] = { config_fields, ARRAY_SIZE(config_fields), config_slot },
	[CVMSTAT_CMD_NTF] = { event_fields, ARRAY_SIZE(event_fields), event_slot },
};

/* The nests of a snapshot: each is the answer of another command. */
static const u8 nests[CVMSTAT_A_SNAPSHOT_MAX + 1] = {
	[CVMSTAT_A_SNAPSHOT_INFO] = CVMSTAT_CMD_INFO,
	[CVMSTAT_A_SNAPSHOT_CONFIG] = CVMSTAT_CMD_CONFIG_GET,
	[CVMSTAT_A_SNAPSHOT_HOOK] = CVMSTAT_CMD_HOOK_GET,
	[CVMSTAT_A_SNAPSHOT_GAP] = CVMSTAT_CMD_GAP_GET,
	[CVMSTAT_A_SNAPSHOT_COUNT] = CVMSTAT_CMD_GET,
	[CVMSTAT_A_SNAPSHOT_DETAIL] = CVMSTAT_CMD_DETAIL_GET,
	[CVMSTAT_A_SNAPSHOT_RIP] = CVMSTAT_CMD_RIP_GET,
	[CVMSTAT_A_SNAPSHOT_HIST] = CVMSTAT_CMD_HIST_GET,
	[CVMSTAT_A_SNAPSHOT_BOUNCE] = CVMSTAT_CMD_BOUNCE_GET,
	[CVMSTAT_A_SNAPSHOT_IDLE] = CVMSTAT_CMD_IDLE_GET,
};

/* But for this one, which is one command's answer for the second time. */
static const struct answer recount = {
	record_fields, ARRAY_SIZE(record_fields), recount_slot
};

/* Any width serves: a newer module may widen what an older one sent narrow. */
static bool get_uint(const struct nlattr *nla, u64 *val)
{
	u32 narrow;

	switch (nla_len(nla)) {
	case 8:
		memcpy(val, nla_data(nla), sizeof(*val));
		return true;
	case 4:
		memcpy(&narrow, nla_data(nla), sizeof(narrow));
		*val = narrow;
		return true;
	case 1:
		*val = *(const u8 *)nla_data(nla);
		return true;
	}
	return false;
}

static bool put_uint(const struct field *f, const struct nlattr *nla, char *to)
{
	u64 val;
	u32 narrow;

	if (!get_uint(nla, &val))
		return false;
	switch (f->size) {
	case 8:
		memcpy(to, &val, sizeof(val));
		break;
	case 4:
		narrow = (u32)val;
		memcpy(to, &narrow, sizeof(narrow));
		break;
	default:
		*to = (char)val;
	}
	return true;
}

static void put_string(const struct field *f, const struct nlattr *nla, char *to)
{
	size_t len = strnlen(nla_data(nla), (size_t)nla_len(nla));

	if (len > f->size - 1U)
		len = f->size - 1U;
	memcpy(to, nla_data(nla), len);
	to[len] = '\0';
}

static bool put_buckets(const struct nlattr *nla, char *to)
{
	size_t len = (size_t)nla_len(nla);

	if (len % sizeof(u64))
		return false;
	if (len > HIST_BUCKETS * sizeof(u64))
		len = HIST_BUCKETS * sizeof(u64);
	memcpy(to, nla_data(nla), len);
	return true;
}

static bool put_field(const struct field *f, const struct nlattr *nla, char *to)
{
	switch (f->kind) {
	case UINT:
		return put_uint(f, nla, to + f->offset);
	case STRING:
		put_string(f, nla, to + f->offset);
		return true;
	case BUCKETS:
		return put_buckets(nla, to + f->offset);
	case PRESENT:
		return true;
	}
	return false;
}

static void parse_record(const struct answer *answer, const struct nlattr *nla, int rest,
			 struct snapshot *s)
{
	char *to = answer->slot(s);
	u32 has = 0;
	int type;

	for (; nla_ok(nla, rest); nla = nla_next(nla, &rest)) {
		type = nla_type(nla);
		if (type >= (int)answer->n)
			s->unknown++;
		else if (put_field(&answer->fields[type], nla, to))
			has |= BIT(type);
	}
	memcpy(to, &has, sizeof(has));
}

static const struct answer *answer_in_nest(int type)
{
	if (type == CVMSTAT_A_SNAPSHOT_RECOUNT)
		return &recount;
	if (type > CVMSTAT_A_SNAPSHOT_MAX || !nests[type])
		return NULL;
	return &answers[nests[type]];
}

static void parse_nests(const struct nlattr *nla, int rest, struct snapshot *s)
{
	const struct answer *answer;

	for (; nla_ok(nla, rest); nla = nla_next(nla, &rest)) {
		answer = answer_in_nest(nla_type(nla));
		if (answer)
			parse_record(answer, nla_data(nla), nla_len(nla), s);
		else
			s->unknown++;
	}
}

bool parse_message(const struct nlmsghdr *nlh, struct snapshot *s)
{
	const struct genlmsghdr *genl = (const void *)((const char *)nlh + NLMSG_HDRLEN);
	const struct nlattr *nla = (const void *)((const char *)genl + GENL_HDRLEN);
	int rest = (int)(nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN);

	if (nlh->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		return false;
	if (genl->cmd == CVMSTAT_CMD_SNAPSHOT) {
		parse_nests(nla, rest, s);
		return true;
	}
	if (genl->cmd > CVMSTAT_CMD_MAX || !answers[genl->cmd].fields)
		return false;
	parse_record(&answers[genl->cmd], nla, rest, s);
	return true;
}
