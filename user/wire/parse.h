/* SPDX-License-Identifier: GPL-2.0 */
/* Messages of the family, apart from the socket that they come from. */
#ifndef CVMSTAT_PARSE_H
#define CVMSTAT_PARSE_H

#include <linux/netlink.h>

#include "counts/snapshot.h"

/**
 * parse_message - put one message of the family into a snapshot
 * @nlh: the message, whose nlmsg_len bytes are all readable
 * @s: where its content goes
 *
 * What is malformed is left out; what is unknown is counted in @s->unknown.
 *
 * Return: false if the message is too short or its command unknown.
 */
bool parse_message(const struct nlmsghdr *nlh, struct snapshot *s);

#endif
