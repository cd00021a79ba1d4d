/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family: requests and their answers. */
#ifndef CVMSTAT_FAMILY_H
#define CVMSTAT_FAMILY_H

#include <netlink/netlink.h>

#include "snapshot.h"

/* Why a request failed. */
enum failure {
	FAIL_NONE,
	FAIL_NO_MODULE,
	FAIL_NO_PERMISSION,
	FAIL_UNSUPPORTED,	/* the module does not know the command */
	FAIL_INTERRUPTED,	/* a dump was never consistent */
	FAIL_OTHER,
};

/**
 * struct family - an open connection
 * @sk: the socket
 * @id: the family's number
 * @events: number of the multicast group, 0 until family_listen()
 * @snap: where answers go
 * @failure: of the last request
 * @text: the kernel's words for it
 */
struct family {
	struct nl_sock *sk;
	int id;
	int events;
	struct snapshot *snap;
	enum failure failure;
	char text[256];
};

struct request {
	u8 cmd;
	bool dump;
	bool per_cpu;
	const struct config *set;
};

bool family_open(struct family *f);
void family_close(struct family *f);
bool family_ask(struct family *f, const struct request *rq, struct snapshot *s);
bool family_listen(struct family *f);
bool family_wait(struct family *f, struct snapshot *s, bool *came);
void family_die(const struct family *f) __noreturn;

/**
 * transport_connect - connect f->sk to where the family is and set f->id
 *
 * Apart from the rest, so that tests can put a synthetic module in its place.
 */
bool transport_connect(struct family *f);

/**
 * transport_group - number of the family's multicast group, and of the one
 * that announces families
 */
bool transport_groups(struct family *f, int *events, int *families);

/* Whether a message from the group of families is about ours. */
bool transport_is_arrival(struct family *f, const struct nlmsghdr *nlh);

#endif
