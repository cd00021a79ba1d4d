/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family: requests and their answers. */
#ifndef CVMSTAT_FAMILY_H
#define CVMSTAT_FAMILY_H

#include <signal.h>

#include <netlink/netlink.h>

#include "counts/snapshot.h"

/* Why a request failed. */
enum failure {
	FAIL_NONE,
	FAIL_NO_MODULE,
	FAIL_GONE,		/* the module was there before */
	FAIL_NO_PERMISSION,
	FAIL_UNSUPPORTED,	/* the module does not know the command */
	FAIL_INTERRUPTED,	/* a dump was never consistent */
	FAIL_OTHER,
};

/**
 * struct family - an open connection
 * @sk: the socket
 * @id: the family's number
 * @piecemeal: the module knows no snapshot, only its parts
 * @announces: it is in the module's group, if it has one
 * @arrived: a family of our name was registered since the last family_wait()
 * @snap: where answers go
 * @failure: of the last request
 * @text: the kernel's words for it
 */
struct family {
	struct nl_sock *sk;
	int id;
	bool piecemeal;
	bool announces;
	bool arrived;
	struct snapshot *snap;
	enum failure failure;
	char text[256];
};

/**
 * struct request - what to ask
 * @cmd: the command
 * @dump: it is answered by any number of messages
 * @per_cpu: attribute that asks for one record for each CPU; 0: for their sum
 * @parts: of a snapshot, bits of enum cvmstat_parts
 * @set: the configuration to set, or NULL
 */
struct request {
	u8 cmd;
	bool dump;
	u8 per_cpu;
	u32 parts;
	const struct config *set;
};

bool family_open(struct family *f);
bool family_again(struct family *f);
void family_close(struct family *f);
bool family_ask(struct family *f, const struct request *rq, struct snapshot *s);
bool family_join(struct family *f);
bool family_heard(struct family *f, struct snapshot *s);
void family_listen(struct family *f);
void family_wait(struct family *f, struct snapshot *s, const sigset_t *mask);
void family_need(struct family *f);
void family_die(const struct family *f) __noreturn;

/**
 * transport_connect - connect f->sk to where the family is and set f->id
 *
 * Apart from the rest, so that tests can put a synthetic module in its place.
 */
bool transport_connect(struct family *f);

/**
 * transport_groups - numbers of multicast groups, negative if there is none
 * @f: a connection that listens to nothing
 * @events: the family's own group
 * @families: the one that announces families
 */
void transport_groups(struct family *f, int *events, int *families);

/* Whether a message from the group of families is about ours. */
bool transport_is_arrival(const struct nlmsghdr *nlh);

#endif
