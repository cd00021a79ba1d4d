// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "nl.h"

static void parse(struct nlattr **attr, void *from, size_t len)
{
	struct nlattr *at = from;
	char *end = (char *)from + len;

	memset(attr, 0, NL_ATTR_MAX * sizeof(*attr));
	while ((char *)at + NLA_HDRLEN <= end && at->nla_len >= NLA_HDRLEN &&
	       (char *)at + at->nla_len <= end) {
		__u16 type = at->nla_type & NLA_TYPE_MASK;

		if (type < NL_ATTR_MAX)
			attr[type] = at;
		at = (struct nlattr *)((char *)at + NLA_ALIGN(at->nla_len));
	}
}

static const void *payload(const struct nlattr *attr)
{
	return (const char *)attr + NLA_HDRLEN;
}

/* An attribute that is missing, or too short, reads as zero. */
static void copy(const struct nlattr *attr, void *to, size_t len)
{
	memset(to, 0, len);
	if (attr && attr->nla_len >= NLA_HDRLEN + len)
		memcpy(to, payload(attr), len);
}

__u64 nl_u64(const struct nlattr *attr)
{
	__u64 val;

	copy(attr, &val, sizeof(val));
	return val;
}

__u32 nl_u32(const struct nlattr *attr)
{
	__u32 val;

	copy(attr, &val, sizeof(val));
	return val;
}

__u8 nl_u8(const struct nlattr *attr)
{
	__u8 val;

	copy(attr, &val, sizeof(val));
	return val;
}

const char *nl_string(const struct nlattr *attr)
{
	return attr ? payload(attr) : "";
}

void nl_begin(struct nl_msg *msg, __u16 type, __u8 cmd, __u16 flags)
{
	struct genlmsghdr *genl = NLMSG_DATA(&msg->hdr);

	memset(msg, 0, sizeof(*msg));
	msg->hdr.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	msg->hdr.nlmsg_type = type;
	msg->hdr.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	genl->cmd = cmd;
	genl->version = CVMSTAT_GENL_VERSION;
}

void nl_put(struct nl_msg *msg, __u16 type, const void *data, __u16 len)
{
	__u32 at = NLMSG_ALIGN(msg->hdr.nlmsg_len);
	struct nlattr *attr = (struct nlattr *)(msg->buf + at);

	if (at + NLA_HDRLEN + len > NL_MSG_MAX)
		abort();
	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy(msg->buf + at + NLA_HDRLEN, data, len);
	msg->hdr.nlmsg_len = at + NLA_ALIGN(attr->nla_len);
}

void nl_put_u32(struct nl_msg *msg, __u16 type, __u32 val)
{
	nl_put(msg, type, &val, sizeof(val));
}

void nl_put_u8(struct nl_msg *msg, __u16 type, __u8 val)
{
	nl_put(msg, type, &val, sizeof(val));
}

/* The extack of an answer of @len bytes, whose attributes begin at @at. */
static void note_extack(struct nl *nl, const struct nlmsghdr *hdr, size_t at)
{
	struct nlattr *attr[NL_ATTR_MAX];

	if (!(hdr->nlmsg_flags & NLM_F_ACK_TLVS) || hdr->nlmsg_len <= at)
		return;
	parse(attr, (char *)hdr + at, hdr->nlmsg_len - at);
	if (attr[NLMSGERR_ATTR_MSG])
		snprintf(nl->extack, sizeof(nl->extack), "%s",
			 nl_string(attr[NLMSGERR_ATTR_MSG]));
}

static int error_of(struct nl *nl, const struct nlmsghdr *hdr)
{
	const struct nlmsgerr *err = NLMSG_DATA(hdr);
	size_t at = NLMSG_LENGTH(sizeof(*err));

	if (!(hdr->nlmsg_flags & NLM_F_CAPPED))
		at += err->msg.nlmsg_len - sizeof(err->msg);
	note_extack(nl, hdr, NLMSG_ALIGN(at));
	return err->error;
}

static int done_of(struct nl *nl, const struct nlmsghdr *hdr)
{
	int err = 0;

	if (hdr->nlmsg_len >= NLMSG_LENGTH(sizeof(err)))
		memcpy(&err, NLMSG_DATA(hdr), sizeof(err));
	note_extack(nl, hdr, NLMSG_ALIGN(NLMSG_LENGTH(sizeof(err))));
	return err;
}

/* One message of the answer. Returns 1 to go on, else 0 or -errno. */
static int answer(struct nl *nl, struct nlmsghdr *hdr, nl_fn fn, void *arg)
{
	struct nlattr *attr[NL_ATTR_MAX];
	size_t head = NLMSG_LENGTH(GENL_HDRLEN);

	if (hdr->nlmsg_seq != nl->seq)
		return 1;
	if (hdr->nlmsg_flags & NLM_F_DUMP_INTR)
		return -EINTR;
	if (hdr->nlmsg_type == NLMSG_ERROR)
		return error_of(nl, hdr);
	if (hdr->nlmsg_type == NLMSG_DONE)
		return done_of(nl, hdr);
	if (hdr->nlmsg_len < head)
		return -EBADMSG;
	parse(attr, (char *)hdr + head, hdr->nlmsg_len - head);
	if (fn)
		fn(attr, arg);
	return 1;
}

int nl_call(struct nl *nl, struct nl_msg *msg, nl_fn fn, void *arg)
{
	static __thread char buf[NL_REPLY_MAX];
	struct nlmsghdr *hdr;
	ssize_t got;
	int ret = 1;

	nl->extack[0] = '\0';
	msg->hdr.nlmsg_seq = ++nl->seq;
	if (send(nl->fd, msg->buf, msg->hdr.nlmsg_len, 0) < 0)
		return -errno;
	while (ret == 1) {
		got = recv(nl->fd, buf, sizeof(buf), 0);
		if (got < 0)
			return -errno;
		for (hdr = (void *)buf; ret == 1 && NLMSG_OK(hdr, got);
		     hdr = NLMSG_NEXT(hdr, got))
			ret = answer(nl, hdr, fn, arg);
	}
	return ret;
}

int nl_get(struct nl *nl, __u8 cmd, __u16 flags, nl_fn fn, void *arg)
{
	struct nl_msg msg;

	nl_begin(&msg, nl->family, cmd, flags);
	return nl_call(nl, &msg, fn, arg);
}

/* The one group of the family, in nests that are two deep. */
static void note_family(struct nlattr *const *attr, void *arg)
{
	struct nlattr *group[NL_ATTR_MAX], *inner[NL_ATTR_MAX];
	const struct nlattr *groups = attr[CTRL_ATTR_MCAST_GROUPS];
	struct nl *nl = arg;
	int i;

	if (!attr[CTRL_ATTR_FAMILY_ID])
		return;
	memcpy(&nl->family, payload(attr[CTRL_ATTR_FAMILY_ID]),
	       sizeof(nl->family));
	if (!groups)
		return;
	parse(group, (void *)payload(groups), groups->nla_len - NLA_HDRLEN);
	for (i = 0; i < NL_ATTR_MAX; i++) {
		if (!group[i])
			continue;
		parse(inner, (void *)payload(group[i]),
		      group[i]->nla_len - NLA_HDRLEN);
		nl->group = nl_u32(inner[CTRL_ATTR_MCAST_GRP_ID]);
	}
}

/* A socket buffer that holds what one test can cause unread. */
#define RECEIVE_BUFFER	(1024 * 1024)

static int open_socket(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	int yes = 1, size = RECEIVE_BUFFER;
	/* The kernel answers at once; what does not come never will. */
	struct timeval limit = { .tv_sec = 60 };

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &yes, sizeof(yes));
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &yes, sizeof(yes));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	return fd;
}

int nl_open(struct nl *nl)
{
	struct nl_msg msg;
	int ret;

	memset(nl, 0, sizeof(*nl));
	nl->fd = open_socket();
	if (nl->fd < 0)
		return nl->fd;
	nl_begin(&msg, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	nl_put(&msg, CTRL_ATTR_FAMILY_NAME, CVMSTAT_GENL_NAME,
	       sizeof(CVMSTAT_GENL_NAME));
	ret = nl_call(nl, &msg, note_family, nl);
	if (ret)
		nl_close(nl);
	return ret;
}

void nl_close(struct nl *nl)
{
	close(nl->fd);
	nl->fd = -1;
}

int nl_join(struct nl *nl)
{
	if (setsockopt(nl->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &nl->group,
		       sizeof(nl->group)))
		return -errno;
	return 0;
}

/* An announcement among whatever else came, or 0. */
static bool is_event(struct nl *nl, struct nlmsghdr *hdr, int *what)
{
	const struct genlmsghdr *genl = NLMSG_DATA(hdr);
	struct nlattr *attr[NL_ATTR_MAX];
	size_t head = NLMSG_LENGTH(GENL_HDRLEN);

	if (hdr->nlmsg_type != nl->family || hdr->nlmsg_len < head ||
	    genl->cmd != CVMSTAT_CMD_NTF)
		return false;
	parse(attr, (char *)hdr + head, hdr->nlmsg_len - head);
	*what = nl_u32(attr[CVMSTAT_A_EVENT_ANNOUNCEMENT]);
	return true;
}

int nl_event(struct nl *nl, int timeout_ms)
{
	struct pollfd poll_fd = { .fd = nl->fd, .events = POLLIN };
	union {
		struct nlmsghdr hdr;
		char bytes[NL_MSG_MAX];
	} buf;
	int what;

	for (;;) {
		int ready = poll(&poll_fd, 1, timeout_ms);

		if (ready <= 0)
			return ready ? -errno : -ETIMEDOUT;
		if (recv(nl->fd, buf.bytes, sizeof(buf), 0) < 0)
			return -errno;
		if (is_event(nl, &buf.hdr, &what))
			return what;
	}
}

static void note_info(struct nlattr *const *attr, void *arg)
{
	struct nl_state *state = arg;

	state->generation = nl_u64(attr[CVMSTAT_A_INFO_GENERATION]);
	state->platform = nl_u32(attr[CVMSTAT_A_INFO_PLATFORM]);
}

static void note_config(struct nlattr *const *attr, void *arg)
{
	struct nl_state *state = arg;

	state->classes = nl_u32(attr[CVMSTAT_A_CONFIG_CLASSES]);
	state->details = nl_u8(attr[CVMSTAT_A_CONFIG_DETAILS]);
	state->rips = nl_u8(attr[CVMSTAT_A_CONFIG_RIPS]);
	state->latency = nl_u8(attr[CVMSTAT_A_CONFIG_LATENCY]);
	state->durations = nl_u8(attr[CVMSTAT_A_CONFIG_DURATIONS]);
}

int nl_state(struct nl *nl, struct nl_state *state)
{
	int ret;

	memset(state, 0, sizeof(*state));
	ret = nl_get(nl, CVMSTAT_CMD_INFO, 0, note_info, state);
	if (ret)
		return ret;
	return nl_get(nl, CVMSTAT_CMD_CONFIG_GET, 0, note_config, state);
}

int nl_set(struct nl *nl, const struct nl_state *state)
{
	struct nl_msg msg;

	nl_begin(&msg, nl->family, CVMSTAT_CMD_CONFIG_SET, 0);
	nl_put_u32(&msg, CVMSTAT_A_CONFIG_CLASSES, state->classes);
	nl_put_u8(&msg, CVMSTAT_A_CONFIG_DETAILS, state->details);
	nl_put_u8(&msg, CVMSTAT_A_CONFIG_RIPS, state->rips);
	nl_put_u8(&msg, CVMSTAT_A_CONFIG_LATENCY, state->latency);
	nl_put_u8(&msg, CVMSTAT_A_CONFIG_DURATIONS, state->durations);
	return nl_call(nl, &msg, NULL, NULL);
}

int nl_set_rips(struct nl *nl, __u8 on)
{
	struct nl_msg msg;

	nl_begin(&msg, nl->family, CVMSTAT_CMD_CONFIG_SET, 0);
	nl_put_u8(&msg, CVMSTAT_A_CONFIG_RIPS, on);
	return nl_call(nl, &msg, NULL, NULL);
}

static void sum(struct nlattr *const *attr, void *arg)
{
	*(__u64 *)arg += nl_u64(attr[CVMSTAT_A_COUNT_KERNEL]) +
			 nl_u64(attr[CVMSTAT_A_COUNT_USER]);
}

__u64 nl_events(struct nl *nl)
{
	__u64 n;
	int ret;

	/* Interrupted by a change of the configuration: once more. */
	do {
		n = 0;
		ret = nl_get(nl, CVMSTAT_CMD_GET, NLM_F_DUMP, sum, &n);
	} while (ret == -EINTR);
	return ret ? 0 : n;
}
