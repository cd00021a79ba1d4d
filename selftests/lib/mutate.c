// SPDX-License-Identifier: GPL-2.0
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>

#include <linux/cvmstat.h>

#include "kselftest.h"

#include "mutate.h"

enum fuzz_how { FUZZ_DO, FUZZ_DUMP, FUZZ_EVENT };

/**
 * struct fuzz_attr - an attribute of a set
 * @type: its number
 * @size: of its value in bytes; 0 if it has none, or one of any length
 * @wanted: a request of the command can have it
 * @highest: largest value that is right, 0 if all are
 */
struct fuzz_attr {
	__u16 type;
	__u8 size;
	bool wanted;
	__u64 highest;
};

struct fuzz_op {
	__u8 cmd;
	enum fuzz_how how;
	const struct fuzz_attr *attrs;
	__u32 n;
};

#include "fuzz-table.h"

#define MAX_BYTES	64	/* of a value that is wrong */

__u64 rng_next(struct rng *rng)
{
	__u64 z = rng->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

__u32 rng_below(struct rng *rng, __u32 n)
{
	return (rng_next(rng) >> 32) * n >> 32;
}

static bool one_in(struct rng *rng, __u32 n)
{
	return !rng_below(rng, n);
}

static struct genlmsghdr *genl_of(struct nl_msg *msg)
{
	return NLMSG_DATA(&msg->hdr);
}

/* Switches are mostly off: each change of a probe makes all CPUs wait. */
static __u64 right_value(struct rng *rng, const struct fuzz_attr *attr)
{
	if (attr->highest == 1)
		return one_in(rng, 256);
	return attr->highest ? rng_next(rng) & attr->highest : rng_next(rng);
}

/* Some of those that a request can have, each once at most. */
static void put_right(struct rng *rng, const struct fuzz_op *op,
		      struct nl_msg *msg)
{
	__u32 i;

	for (i = 0; i < op->n; i++) {
		const struct fuzz_attr *attr = &op->attrs[i];
		__u64 val = right_value(rng, attr);

		if (attr->wanted && one_in(rng, 2))
			nl_put(msg, attr->type, &val, attr->size);
	}
}

/* Any attribute with any value: mostly of the command's own set. */
static void put_any(struct rng *rng, const struct fuzz_op *op,
		    struct nl_msg *msg)
{
	const struct fuzz_attr *attr = &op->attrs[rng_below(rng, op->n)];
	__u64 val[MAX_BYTES / sizeof(__u64)];
	__u16 type = attr->type, len = attr->size;
	__u32 i;

	for (i = 0; i < ARRAY_SIZE(val); i++)
		val[i] = one_in(rng, 3) ? 0 : rng_next(rng);
	if (one_in(rng, 3))
		len = rng_below(rng, MAX_BYTES + 1);
	if (one_in(rng, 8))
		type = rng_next(rng);
	if (one_in(rng, 16))
		type |= NLA_F_NESTED;
	nl_put(msg, type, val, len);
}

/* Not the type: other families are not what is tested here. */
static void flip_bit(struct rng *rng, struct nl_msg *msg)
{
	__u32 skip = offsetof(struct nlmsghdr, nlmsg_flags);
	__u32 at = skip + rng_below(rng, msg->hdr.nlmsg_len - skip);

	msg->buf[at] ^= 1 << rng_below(rng, 8);
}

static void change_byte(struct rng *rng, struct nl_msg *msg)
{
	__u32 at = NLMSG_HDRLEN +
		   rng_below(rng, msg->hdr.nlmsg_len - NLMSG_HDRLEN);

	msg->buf[at] = rng_next(rng);
}

/* Both stay where there is still a header to be read. */
static void cut(struct rng *rng, struct nl_msg *msg)
{
	msg->hdr.nlmsg_len = NLMSG_HDRLEN +
		rng_below(rng, msg->hdr.nlmsg_len - NLMSG_HDRLEN + 1);
}

static void append(struct rng *rng, struct nl_msg *msg)
{
	__u32 n = 1 + rng_below(rng, 32);

	if (msg->hdr.nlmsg_len + n <= NL_MSG_MAX)
		msg->hdr.nlmsg_len += n;
}

static void repeat_payload(struct rng *rng, struct nl_msg *msg)
{
	__u32 head = NLMSG_LENGTH(GENL_HDRLEN);
	__u32 n = msg->hdr.nlmsg_len - head;

	(void)rng;
	if (msg->hdr.nlmsg_len <= head || msg->hdr.nlmsg_len + n > NL_MSG_MAX)
		return;
	memcpy(msg->buf + msg->hdr.nlmsg_len, msg->buf + head, n);
	msg->hdr.nlmsg_len += n;
}

static void any_command(struct rng *rng, struct nl_msg *msg)
{
	genl_of(msg)->cmd = rng_next(rng);
}

static void any_flags(struct rng *rng, struct nl_msg *msg)
{
	msg->hdr.nlmsg_flags = rng_next(rng) | NLM_F_REQUEST;
}

static void (*const mutations[])(struct rng *rng, struct nl_msg *msg) = {
	flip_bit, flip_bit, flip_bit, change_byte, change_byte, cut, append,
	repeat_payload, any_command, any_flags,
};

static void mutate(struct rng *rng, struct nl_msg *msg)
{
	__u32 n = 1 + rng_below(rng, 4);

	while (n-- && msg->hdr.nlmsg_len > NLMSG_LENGTH(GENL_HDRLEN) - 1)
		mutations[rng_below(rng, ARRAY_SIZE(mutations))](rng, msg);
}

bool fuzz_message(struct rng *rng, __u16 family, struct nl_msg *msg)
{
	const struct fuzz_op *op = &fuzz_ops[rng_below(rng, ARRAY_SIZE(fuzz_ops))];
	bool right = op->how != FUZZ_EVENT;

	nl_begin(msg, family, op->cmd, op->how == FUZZ_DUMP ? NLM_F_DUMP : 0);
	put_right(rng, op, msg);
	if (one_in(rng, 4)) {
		put_any(rng, op, msg);
		right = false;
	}
	if (one_in(rng, 2)) {
		mutate(rng, msg);
		right = false;
	}
	return right;
}

bool fuzz_may_refuse(const struct nl_msg *msg)
{
	return ((const struct genlmsghdr *)NLMSG_DATA(&msg->hdr))->cmd ==
	       CVMSTAT_CMD_CONFIG_SET;
}
