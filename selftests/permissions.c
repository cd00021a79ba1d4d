// SPDX-License-Identifier: GPL-2.0
/*
 * Who may read and who may change: CAP_PERFMON and CAP_NET_ADMIN, nothing less
 * and nothing more. Every refusal says which capability it wants.
 *
 * needs: nothing
 */
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "lib/caps.h"
#include "lib/commands.h"
#include "lib/module.h"
#include "lib/nl.h"
#include "lib/test.h"

FIXTURE(caps) {
	struct nl_state before;
};

FIXTURE_VARIANT(caps) {
	int cap;
	bool reads;
	bool changes;
};

FIXTURE_VARIANT_ADD(caps, none) {
	.cap = -1,
};

FIXTURE_VARIANT_ADD(caps, perfmon) {
	.cap = CAP_PERFMON,
	.reads = true,
};

FIXTURE_VARIANT_ADD(caps, sys_admin) {
	.cap = CAP_SYS_ADMIN,
	.reads = true,
};

FIXTURE_VARIANT_ADD(caps, net_admin) {
	.cap = CAP_NET_ADMIN,
	.changes = true,
};

FIXTURE_VARIANT_ADD(caps, sys_ptrace) {
	.cap = CAP_SYS_PTRACE,
};

FIXTURE_SETUP(caps)
{
	struct nl nl;

	ASSERT_EQ(0, nl_open(&nl));
	ASSERT_EQ(0, nl_state(&nl, &self->before));
	nl_close(&nl);
	ASSERT_EQ(0, keep_only(variant->cap));
}

FIXTURE_TEARDOWN(caps)
{
}

TEST_F(caps, read)
{
	const struct command *cmd;
	struct nl nl;
	int ret;

	ASSERT_EQ(0, nl_open(&nl));
	for (cmd = read_commands; cmd->name; cmd++) {
		ret = nl_get(&nl, cmd->cmd, cmd->flags, NULL, NULL);
		EXPECT_EQ(variant->reads ? 0 : -EPERM, ret)
			TH_LOG("%s: %s", cmd->name, nl.extack);
		if (ret == -EPERM)
			EXPECT_NE(NULL, strstr(nl.extack, "CAP_PERFMON"))
				TH_LOG("%s: %s", cmd->name, nl.extack);
	}
	nl_close(&nl);
}

TEST_F(caps, change)
{
	struct nl nl;
	int ret;

	ASSERT_EQ(0, nl_open(&nl));
	ret = nl_set_rips(&nl, self->before.rips);
	EXPECT_EQ(variant->changes ? 0 : -EPERM, ret);
	if (ret == -EPERM)
		EXPECT_NE(NULL, strstr(nl.extack, "CAP_NET_ADMIN"))
			TH_LOG("%s", nl.extack);
	nl_close(&nl);
}

/*
 * All capabilities, but of a user namespace of one's own. The way there is the
 * last thing that a child of its own does.
 */
TEST(own_user_namespace)
{
	struct nl nl;
	struct nl_state state;
	int ret;

	ASSERT_EQ(0, keep_only(-1));
	if (unshare(CLONE_NEWUSER))
		SKIP(return, "no user namespaces here: %m");
	ASSERT_EQ(0, nl_open(&nl));
	ret = nl_state(&nl, &state);
	EXPECT_EQ(-EPERM, ret);
	EXPECT_EQ(-EPERM, nl_set_rips(&nl, 1));
	EXPECT_NE(NULL, strstr(nl.extack, "CAP_NET_ADMIN"));
	nl_close(&nl);
}

/* A refused change changes nothing. */
TEST(refused_is_nothing)
{
	struct nl_state before, after;
	struct nl nl;
	pid_t pid;

	ASSERT_EQ(0, nl_open(&nl));
	ASSERT_EQ(0, nl_state(&nl, &before));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		struct nl own;

		_exit(keep_only(CAP_PERFMON) || nl_open(&own) ||
		      nl_set_rips(&own, !before.rips) != -EPERM);
	}
	ASSERT_EQ(pid, waitpid(pid, &pid, 0));
	EXPECT_EQ(0, pid);
	ASSERT_EQ(0, nl_state(&nl, &after));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
	nl_close(&nl);
}

int main(int argc, char **argv)
{
	module_need();
	return harness(argc, argv);
}
