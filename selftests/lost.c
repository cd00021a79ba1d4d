// SPDX-License-Identifier: GPL-2.0
/*
 * Somebody switches kprobes off (debugfs: kprobes/enabled): the module must not
 * be loaded then, and one that is loaded must say what it lost. A kernel that has
 * no kprobes at all (no such file) must refuse it in the same way.
 *
 * needs: confidential
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "lib/hooks.h"
#include "lib/module.h"
#include "lib/nl.h"
#include "lib/setting.h"
#include "lib/storm.h"
#include "lib/test.h"

#define DEBUGFS		"/sys/kernel/debug"
#define ENABLED		DEBUGFS "/kprobes/enabled"
#define WATCH_MS	15000

static int enable(bool on)
{
	return setting_write(ENABLED, on ? "1" : "0");
}

FIXTURE(kprobes) {
	bool switchable;
};

FIXTURE_SETUP(kprobes)
{
	self->switchable = !access(ENABLED, W_OK);
}

FIXTURE_TEARDOWN(kprobes)
{
	if (self->switchable)
		enable(true);
	module_unload("cvmstat");
}

/* Without them the module is refused, and one line says why. */
TEST_LONG(kprobes, off_before)
{
	int log = kmsg_open(), off = 0, ret, n;
	char line[256] = "";

	if (self->switchable)
		off = enable(false);
	ret = module_load("cvmstat", "force=1");
	if (self->switchable)
		enable(true);
	n = kmsg_find(log, kmsg_module, line);
	close(log);
	EXPECT_EQ(0, off);
	EXPECT_EQ(-EOPNOTSUPP, ret);
	EXPECT_EQ(1, n) TH_LOG("%s", line);
}

static unsigned int kprobes_live(struct nl *nl)
{
	struct hooks hooks;

	hooks_read(nl, &hooks);
	return hooks.optimised + hooks.breakpoints;
}

/* The loss is announced, in the log too, and none counts as live until they are back. */
TEST_LONG(kprobes, off_meanwhile)
{
	static const char *const lost[] = { "is lost", NULL };
	struct storm storm = { 0 };
	struct nl nl, ask;
	unsigned int before;
	char line[256] = "";
	int log;

	if (!self->switchable)
		SKIP(return, "this kernel has no kprobes to lose");
	module_need();
	ASSERT_EQ(0, nl_open(&nl));
	ASSERT_EQ(0, nl_open(&ask));
	ASSERT_EQ(0, nl_join(&nl));
	before = kprobes_live(&ask);
	if (!before)
		SKIP(return, "no hook here is a kprobe");
	log = kmsg_open();
	enable(false);
	/* The module looks when a CPU is awake anyway, and there is one that does. */
	storm_start(&storm);
	EXPECT_EQ(CVMSTAT_ANNOUNCEMENT_HOOK_LOST, nl_event(&nl, WATCH_MS));
	storm_stop(&storm);
	EXPECT_EQ(0, kprobes_live(&ask));
	enable(true);
	EXPECT_EQ(before, kprobes_live(&ask));
	EXPECT_LT(0, kmsg_find(log, lost, line));
	close(log);
	nl_close(&ask);
	nl_close(&nl);
}

int main(int argc, char **argv)
{
	bool was_loaded = module_loaded("cvmstat");
	int ret;

	if (access(DEBUGFS "/tracing", F_OK))
		ksft_exit_skip("no debugfs\n");
	if (was_loaded && module_unload("cvmstat"))
		ksft_exit_skip("cvmstat is in use\n");
	/* The kernel has a line of its own for the first module from outside. */
	if (!module_load("cvmstat", "force=1"))
		module_unload("cvmstat");
	ret = harness(argc, argv);
	if (was_loaded)
		module_need();
	return ret;
}
