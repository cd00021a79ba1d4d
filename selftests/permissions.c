// SPDX-License-Identifier: GPL-2.0
/*
 * Who may read and who may change: CAP_PERFMON and CAP_NET_ADMIN, nothing less
 * and nothing more. Every refusal says which capability it wants.
 *
 * needs: nothing
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
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

/* Does a listener with this capability hear of a change that we make? */
static bool hears(int cap)
{
	int ready[2], status = 0;
	struct nl_state state;
	struct nl nl;
	char byte;
	pid_t pid;

	if (pipe(ready) || nl_open(&nl) || nl_state(&nl, &state))
		abort();
	pid = fork();
	if (!pid) {
		struct nl own;

		int ret;

		if (keep_only(cap) || nl_open(&own))
			_exit(2);
		ret = nl_join(&own);
		if (write(ready[1], "", 1) != 1 || (ret && ret != -EPERM))
			_exit(2);
		_exit(!ret && nl_event(&own, 5000) == CVMSTAT_ANNOUNCEMENT_CONFIG);
	}
	if (read(ready[0], &byte, 1) != 1 || nl_set_rips(&nl, !state.rips) ||
	    nl_set_rips(&nl, state.rips))
		status = -1;
	nl_close(&nl);
	if (status || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) > 1)
		abort();
	return WEXITSTATUS(status);
}

/* What is announced is for those who may read, as far as netlink can tell. */
TEST(listen)
{
	EXPECT_TRUE(hears(CAP_SYS_ADMIN));
	EXPECT_FALSE(hears(CAP_PERFMON));
	EXPECT_FALSE(hears(CAP_NET_ADMIN));
	EXPECT_FALSE(hears(-1));
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

/*
 * The reader for one group, as GROUP in cvmstat(8) has it: a file that nobody
 * else may execute, with CAP_PERFMON.
 */
#define GROUP		4242
#define READER		"/tmp/cvmstat-of-group"
/* The reader's own statuses, and env(1)'s. */
#define ST_PERM		121
#define ST_NOEXEC	126

FIXTURE(group) {
};

static int copy_reader(void)
{
	return system("cp \"$(command -v cvmstat)\" " READER) ||
	       chown(READER, 0, GROUP) || chmod(READER, 0750) ? -1 : 0;
}

FIXTURE_SETUP(group)
{
	if (system("command -v cvmstat >/dev/null"))
		SKIP(return, "no cvmstat in the PATH");
	ASSERT_EQ(0, copy_reader());
	if (give_capability(READER, CAP_PERFMON) == -EOPNOTSUPP)
		SKIP(return, "files of /tmp have no capabilities here");
}

FIXTURE_TEARDOWN(group)
{
	unlink(READER);
}

/* Status of a command line, run by nobody, or by a member of the group. */
static int as_user(bool member, const char *command)
{
	gid_t group = GROUP;
	int status;
	pid_t pid;

	pid = fork();
	if (!pid) {
		if (setgroups(member, &group) || keep_only(-1))
			_exit(1);
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(1);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

TEST_F(group, member_reads)
{
	EXPECT_EQ(0, as_user(true, READER " info >/dev/null"));
	EXPECT_EQ(0, as_user(true, READER " stat -e none -o /dev/null true"));
}

TEST_F(group, member_changes_nothing)
{
	EXPECT_EQ(ST_PERM, as_user(true, READER " set rips on 2>/dev/null"));
}

/* What the reader runs has no more rights than its user. */
TEST_F(group, command_inherits_nothing)
{
	EXPECT_EQ(ST_PERM,
		  as_user(true, READER " stat -e none -o /dev/null cvmstat info 2>/dev/null"));
}

TEST_F(group, others_do_not_read)
{
	EXPECT_EQ(ST_NOEXEC, as_user(false, READER " info >/dev/null 2>&1"));
	EXPECT_EQ(ST_PERM, as_user(false, "cvmstat info >/dev/null 2>&1"));
}

int main(int argc, char **argv)
{
	module_need();
	return harness(argc, argv);
}
