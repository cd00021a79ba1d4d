// SPDX-License-Identifier: GPL-2.0
/*
 * Requests over libnl. One receive call takes as much of a dump as the kernel
 * gives at once (32 KiB), without a peek before it.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "counts/keep.h"
#include "counts/parts.h"
#include "guest/loading.h"
#include "guest/probe.h"
#include "wire/family.h"
#include "wire/parse.h"

/* A dump that changes under us this often will not hold still. */
#define DUMP_TRIES 10
#define RECEIVE_BYTES 65536
/* Room for what the kernel says while a monitor is not reading. */
#define SOCKET_BYTES 1048576

static void fail_errno(struct family *f, int err)
{
	switch (err) {
	case EPERM:
	case EACCES:
		f->failure = FAIL_NO_PERMISSION;
		break;
	case EOPNOTSUPP:
		f->failure = FAIL_UNSUPPORTED;
		break;
	case ENOENT:
		f->failure = FAIL_NO_MODULE;
		break;
	case EINTR:
		f->failure = FAIL_INTERRUPTED;
		break;
	default:
		f->failure = FAIL_OTHER;
	}
	snprintf(f->text, sizeof(f->text), "%s", strerror(err));
}

/* The extack message among the attributes behind an error or a NLMSG_DONE. */
static void take_extack(struct family *f, const void *attrs, int len)
{
	const struct nlattr *nla;

	for (nla = attrs; nla_ok(nla, len); nla = nla_next(nla, &len)) {
		if (nla_type(nla) != NLMSGERR_ATTR_MSG || nla_len(nla) < 2)
			continue;
		snprintf(f->text, sizeof(f->text), "%.*s", nla_len(nla),
			 (const char *)nla_data(nla));
	}
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct family *f = arg;

	if (nlmsg_hdr(msg)->nlmsg_type == f->id)
		parse_message(nlmsg_hdr(msg), f->snap);
	else if (transport_is_arrival(nlmsg_hdr(msg)))
		f->arrived = true;
	return NL_OK;
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *err, void *arg)
{
	const struct nlmsghdr *nlh = (const void *)((const char *)err - NLMSG_HDRLEN);
	size_t used = sizeof(*err);
	struct family *f = arg;

	(void)from;
	fail_errno(f, -err->error);
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return NL_STOP;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		used += NLMSG_ALIGN(err->msg.nlmsg_len) - NLMSG_HDRLEN;
	if (used < nlh->nlmsg_len - NLMSG_HDRLEN)
		take_extack(f, (const char *)err + used,
			    (int)(nlh->nlmsg_len - NLMSG_HDRLEN - used));
	return NL_STOP;
}

/* The end of a dump carries the dump's own error. */
static int on_finish(struct nl_msg *msg, void *arg)
{
	const struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct family *f = arg;
	int err;

	if (nlmsg_datalen(nlh) < (int)sizeof(err))
		return NL_STOP;
	memcpy(&err, nlmsg_data(nlh), sizeof(err));
	if (err >= 0)
		return NL_STOP;
	fail_errno(f, -err);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		take_extack(f, (const char *)nlmsg_data(nlh) + sizeof(err),
			    nlmsg_datalen(nlh) - (int)sizeof(err));
	return NL_STOP;
}

/**
 * family_open - connect to the module
 * @f: filled; @f->failure and @f->text say why it could not be
 */
bool family_open(struct family *f)
{
	int on = 1;

	memset(f, 0, sizeof(*f));
	f->sk = nl_socket_alloc();
	if (!f->sk)
		die(ST_FAIL, "out of memory");
	/* Before the first receive call: the kernel fills no more than it had room for. */
	nl_socket_set_msg_buf_size(f->sk, RECEIVE_BYTES);
	if (!transport_connect(f)) {
		family_close(f);
		return false;
	}
	nl_socket_disable_auto_ack(f->sk);
	nl_socket_set_buffer_size(f->sk, SOCKET_BYTES, 0);
	/* Without them errors lack only their words: no reason to fail. */
	setsockopt(nl_socket_get_fd(f->sk), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(nl_socket_get_fd(f->sk), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	nl_socket_modify_cb(f->sk, NL_CB_VALID, NL_CB_CUSTOM, on_valid, f);
	nl_socket_modify_cb(f->sk, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, f);
	nl_socket_modify_err_cb(f->sk, NL_CB_CUSTOM, on_error, f);
	return true;
}

/**
 * family_again - connect to a module that was loaded again, and has another number
 * @f: a connection on which a request found no module
 *
 * Return: false if none was loaded; then it is gone.
 */
bool family_again(struct family *f)
{
	family_close(f);
	if (family_open(f))
		return true;
	if (f->failure == FAIL_NO_MODULE)
		f->failure = FAIL_GONE;
	return false;
}

void family_close(struct family *f)
{
	nl_socket_free(f->sk);
	f->sk = NULL;
}

static void put_config(struct nl_msg *msg, const struct config *set)
{
	const struct part *p = &parts[PART_CONFIG];
	u32 attr;

	for (attr = 0; attr < p->nfields; attr++)
		if (set->has & BIT(attr))
			nla_put(msg, (int)attr, p->fields[attr].size,
				(const char *)set + p->fields[attr].at);
}

static struct nl_msg *build(struct family *f, const struct request *rq)
{
	int flags = NLM_F_REQUEST;
	struct genlmsghdr *genl;
	struct nl_msg *msg;

	if (rq->dump)
		flags |= NLM_F_DUMP;
	if (rq->set)
		flags |= NLM_F_ACK;
	msg = nlmsg_alloc_simple(f->id, flags);
	if (!msg)
		die(ST_FAIL, "out of memory");
	genl = nlmsg_reserve(msg, GENL_HDRLEN, NLMSG_ALIGNTO);
	memset(genl, 0, GENL_HDRLEN);
	genl->cmd = rq->cmd;
	genl->version = CVMSTAT_GENL_VERSION;
	if (rq->per_cpu)
		nla_put_flag(msg, rq->per_cpu);
	if (rq->parts)
		nla_put_u32(msg, CVMSTAT_A_SNAPSHOT_PARTS, rq->parts);
	if (rq->set)
		put_config(msg, rq->set);
	return msg;
}

static int exchange(struct family *f, const struct request *rq)
{
	struct nl_msg *msg = build(f, rq);
	int rc;

	f->failure = FAIL_NONE;
	f->text[0] = '\0';
	rc = nl_send_auto(f->sk, msg);
	nlmsg_free(msg);
	if (rc < 0)
		return rc;
	do
		rc = nl_recvmsgs_default(f->sk);
	while (rc == -NLE_INTR);
	return rc;
}

/**
 * family_ask - one request and its whole answer
 * @f: the connection
 * @rq: what to ask
 * @s: the answer goes here, in the place of an older one to the same command
 *
 * A dump that the kernel marks as interrupted by a change is asked for again.
 */
bool family_ask(struct family *f, const struct request *rq, struct snapshot *s)
{
	int rc, tries;

	f->snap = s;
	for (tries = 0; tries < DUMP_TRIES; tries++) {
		snapshot_forget(s, rq->cmd);
		rc = exchange(f, rq);
		if (f->failure != FAIL_NONE)
			return false;
		if (rc >= 0)
			return true;
		if (rc != -NLE_DUMP_INTR)
			break;
	}
	if (rc == -NLE_DUMP_INTR) {
		f->failure = FAIL_INTERRUPTED;
		snprintf(f->text, sizeof(f->text), "changed during each of %d dumps", DUMP_TRIES);
	} else {
		f->failure = FAIL_OTHER;
		snprintf(f->text, sizeof(f->text), "%s", nl_geterror(rc));
	}
	return false;
}

/**
 * family_join - join the group of announcements, if that is permitted
 * @f: the connection, which can only listen from now on; says why if it is not
 *
 * A module that is loaded again has another number and another group, so that
 * the arrival of families is listened to as well; call again after one.
 */
bool family_join(struct family *f)
{
	int rc, events, families;
	struct family ask;

	if (!family_open(&ask))
		return true;
	transport_groups(&ask, &events, &families);
	f->id = ask.id;
	family_close(&ask);
	nl_socket_disable_seq_check(f->sk);
	rc = nl_socket_add_memberships(f->sk, families, 0);
	if (rc >= 0 && events > 0)
		rc = nl_socket_add_memberships(f->sk, events, 0);
	f->announces = rc >= 0 && events > 0;
	if (rc >= 0)
		return true;
	f->failure = rc == -NLE_PERM ? FAIL_NO_PERMISSION : FAIL_OTHER;
	snprintf(f->text, sizeof(f->text), "%s", nl_geterror(rc));
	return false;
}

/* family_join() that ends the program on failure. */
void family_listen(struct family *f)
{
	if (!family_join(f))
		family_die(f);
}

/**
 * family_wait - wait for announcements
 * @f: the connection, after family_listen()
 * @s: announcements are put into @s->events; none after a signal
 * @mask: signals that are blocked while waiting
 */
void family_wait(struct family *f, struct snapshot *s, const sigset_t *mask)
{
	struct pollfd fd = { .fd = nl_socket_get_fd(f->sk), .events = POLLIN };
	int rc;

	f->snap = s;
	f->arrived = false;
	/* Receiving in libnl starts again after a signal: wait before it. */
	if (ppoll(&fd, 1, NULL, mask) < 0)
		return;
	rc = nl_recvmsgs_default(f->sk);
	if (rc == -NLE_NOMEM)
		warn("announcements came too fast: some are lost");
	else if (rc < 0 && rc != -NLE_INTR)
		die(ST_FAIL, "waiting for announcements: %s", nl_geterror(rc));
}

/**
 * family_heard - what was announced up to now, without waiting
 * @f: the connection, after family_join()
 * @s: announcements are put into @s->events
 *
 * Return: false if some are lost.
 */
bool family_heard(struct family *f, struct snapshot *s)
{
	struct pollfd fd = { .fd = nl_socket_get_fd(f->sk), .events = POLLIN };
	bool all = true;

	f->snap = s;
	f->arrived = false;
	while (poll(&fd, 1, 0) > 0)
		all &= nl_recvmsgs_default(f->sk) >= 0;
	return all;
}

static const struct {
	int status;
	const char *text;
} failures[] = {
	[FAIL_NONE] = { ST_FAIL, "no failure" },
	[FAIL_NO_MODULE] = { ST_NOMODULE, "the module is not loaded" },
	[FAIL_GONE] = { ST_NOMODULE,
		"the module was unloaded meanwhile, and what it had counted is gone with it" },
	[FAIL_NO_PERMISSION] = { ST_PERM, "not permitted" },
	[FAIL_UNSUPPORTED] = { ST_NOMODULE, "the loaded module does not know this request" },
	[FAIL_INTERRUPTED] = { ST_CHANGED, "the counters did not hold still" },
	[FAIL_OTHER] = { ST_FAIL, "the module refused" },
};

static void no_module_die(void) __noreturn;
static void no_module_die(void)
{
	char found[256], advice[1024];
	bool counts = probe_platform(found, sizeof(found));

	loading_advice(advice, sizeof(advice), counts ? "" : " baseline=1");
	die(ST_NOMODULE, "%s (this is %s%s); %s", failures[FAIL_NO_MODULE].text, found,
	    counts ? "" : ": it would estimate what the kernel tells of its exits, as a baseline",
	    advice);
}

/**
 * family_die - say in one line why the last request failed, and exit
 */
void family_die(const struct family *f)
{
	if (f->failure == FAIL_NO_MODULE)
		no_module_die();
	if (!f->text[0] || f->failure == FAIL_GONE)
		die(failures[f->failure].status, "%s", failures[f->failure].text);
	die(failures[f->failure].status, "%s (%s)", failures[f->failure].text, f->text);
}

/**
 * family_need - family_open() that ends the program on failure
 */
void family_need(struct family *f)
{
	if (!family_open(f))
		family_die(f);
}
