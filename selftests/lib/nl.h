/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cvmstat family from below: messages are made byte by byte, so that a
 * test can make wrong ones.
 */
#ifndef CVMSTAT_TEST_NL_H
#define CVMSTAT_TEST_NL_H

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#define NL_MSG_MAX	4096
#define NL_REPLY_MAX	65536
#define NL_ATTR_MAX	32

struct nl {
	int fd;
	__u16 family;
	__u32 group;		/* of the events */
	__u32 seq;
	char extack[256];	/* what the last answer said, or "" */
};

struct nl_msg {
	union {
		struct nlmsghdr hdr;
		char buf[NL_MSG_MAX];
	};
};

/* attr[type] of one answer; NULL where it has none. */
typedef void (*nl_fn)(struct nlattr *const *attr, void *arg);

/**
 * nl_open() - a socket, and the family's number
 *
 * Return: 0, -ENOENT if there is no such family, or another -errno.
 */
int nl_open(struct nl *nl);
void nl_close(struct nl *nl);

/** nl_begin() - a request without attributes, NLM_F_REQUEST | NLM_F_ACK | @flags */
void nl_begin(struct nl_msg *msg, __u16 type, __u8 cmd, __u16 flags);

/** nl_put() - append an attribute; @len bytes at @data */
void nl_put(struct nl_msg *msg, __u16 type, const void *data, __u16 len);
void nl_put_u32(struct nl_msg *msg, __u16 type, __u32 val);
void nl_put_u8(struct nl_msg *msg, __u16 type, __u8 val);

/**
 * nl_call() - send a request and read its answer to the end
 * @fn: called for each message of the answer; may be NULL
 *
 * Return: 0 or -errno, and the extack message in @nl; -EINTR for a dump that
 * the kernel calls inconsistent.
 */
int nl_call(struct nl *nl, struct nl_msg *msg, nl_fn fn, void *arg);

/** nl_get() - a command without attributes; @flags as NLM_F_DUMP */
int nl_get(struct nl *nl, __u8 cmd, __u16 flags, nl_fn fn, void *arg);

/** nl_join() - receive the family's announcements on this socket */
int nl_join(struct nl *nl);

/**
 * nl_event() - wait for one announcement
 *
 * Return: enum cvmstat_announcement, or -errno, -ETIMEDOUT included.
 */
int nl_event(struct nl *nl, int timeout_ms);

__u64 nl_u64(const struct nlattr *attr);
__u32 nl_u32(const struct nlattr *attr);
__u8 nl_u8(const struct nlattr *attr);
const char *nl_string(const struct nlattr *attr);

/* What is being counted, and by which load of the module. */
struct nl_state {
	__u64 generation;
	__u32 platform;
	__u32 classes;
	__u8 details;
	__u8 rips;
	__u8 latency;
	__u8 durations;
};

/** nl_state() - info and configuration; 0 or -errno */
int nl_state(struct nl *nl, struct nl_state *state);

/** nl_set() - the configuration of a state; 0 or -errno */
int nl_set(struct nl *nl, const struct nl_state *state);

/** nl_set_rips() - keep RIPs, or do not; 0 or -errno */
int nl_set_rips(struct nl *nl, __u8 on);

/** nl_events() - sum of all counters, 0 if it cannot be had */
__u64 nl_events(struct nl *nl);

#endif /* CVMSTAT_TEST_NL_H */
