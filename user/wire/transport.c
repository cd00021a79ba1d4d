// SPDX-License-Identifier: GPL-2.0
/* Where the family is: found by name on the generic netlink bus. */
#include <string.h>

#include <linux/genetlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>

#include "wire/family.h"

bool transport_connect(struct family *f)
{
	int rc = genl_connect(f->sk);

	if (rc < 0) {
		f->failure = FAIL_OTHER;
		snprintf(f->text, sizeof(f->text), "generic netlink: %s", nl_geterror(rc));
		return false;
	}
	f->id = genl_ctrl_resolve(f->sk, CVMSTAT_GENL_NAME);
	if (f->id < 0) {
		f->failure = FAIL_NO_MODULE;
		return false;
	}
	return true;
}

void transport_groups(struct family *f, int *events, int *families)
{
	*events = genl_ctrl_resolve_grp(f->sk, CVMSTAT_GENL_NAME, CVMSTAT_MCGRP_EVENTS);
	*families = genl_ctrl_resolve_grp(f->sk, "nlctrl", "notify");
}

bool transport_is_arrival(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = nlmsg_data(nlh);
	struct nlattr *name;

	if (nlh->nlmsg_type != GENL_ID_CTRL || genl->cmd != CTRL_CMD_NEWFAMILY)
		return false;
	name = nlmsg_find_attr((struct nlmsghdr *)nlh, GENL_HDRLEN, CTRL_ATTR_FAMILY_NAME);
	return name && !strncmp(nla_data(name), CVMSTAT_GENL_NAME, (size_t)nla_len(name));
}
