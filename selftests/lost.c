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

#include "kselftest.h"

#include "lib/module.h"
#include "lib/nl.h"
#include "lib/setting.h"
#include "lib/storm.h"

#define DEBUGFS		"/sys/kernel/debug"
#define ENABLED		DEBUGFS "/kprobes/enabled"
#define WATCH_MS	15000

static int enable(bool on)
{
	return setting_write(ENABLED, on ? "1" : "0");
}

static void test_refused(bool switchable)
{
	int log = kmsg_open(), off = 0, ret, n;
	char line[256] = "";

	if (switchable)
		off = enable(false);
	ret = module_load("cvmstat", "force=1");
	if (switchable)
		enable(true);
	n = kmsg_find(log, kmsg_module, line);
	close(log);
	if (!ret)
		module_unload("cvmstat");
	ksft_print_msg("%s, %d lines: %s\n", strerror(-ret), n, line);
	ksft_test_result(!off && ret == -EOPNOTSUPP && n == 1,
			 "without kprobes: refused, and one line says why\n");
}

struct hooks {
	unsigned int kprobes;
};

static void add_hook(struct nlattr *const *attr, void *arg)
{
	struct hooks *hooks = arg;
	__u32 backend = nl_u32(attr[CVMSTAT_A_HOOK_BACKEND]);

	hooks->kprobes += backend == CVMSTAT_BACKEND_KPROBE ||
			  backend == CVMSTAT_BACKEND_OPTPROBE;
}

static unsigned int kprobes_live(struct nl *nl)
{
	struct hooks hooks = { 0 };

	nl_get(nl, CVMSTAT_CMD_HOOK_GET, NLM_F_DUMP, add_hook, &hooks);
	return hooks.kprobes;
}

static void test_lost(void)
{
	static const char *const lost[] = { "is lost", NULL };
	struct storm storm = { 0 };
	struct nl nl, ask;
	unsigned int before, off, after;
	char line[256] = "";
	int log, event;

	module_need();
	if (nl_open(&nl) || nl_open(&ask) || nl_join(&nl))
		ksft_exit_fail_msg("cannot listen\n");
	before = kprobes_live(&ask);
	if (!before) {
		ksft_test_result_skip("no hook here is a kprobe\n");
		ksft_test_result_skip("no hook here is a kprobe\n");
		goto out;
	}
	log = kmsg_open();
	enable(false);
	/* The module looks when a CPU is awake anyway, and there is one that does. */
	storm_start(&storm);
	event = nl_event(&nl, WATCH_MS);
	storm_stop(&storm);
	off = kprobes_live(&ask);
	enable(true);
	after = kprobes_live(&ask);
	ksft_test_result(event == CVMSTAT_ANNOUNCEMENT_HOOK_LOST &&
			 kmsg_find(log, lost, line) > 0,
			 "the loss is announced: %s\n", line);
	ksft_test_result(!off && after == before,
			 "%u kprobes, %u when they are off, %u again\n",
			 before, off, after);
	close(log);
out:
	nl_close(&ask);
	nl_close(&nl);
	module_unload("cvmstat");
}

int main(void)
{
	bool was_loaded = module_loaded("cvmstat");
	bool switchable = !access(ENABLED, W_OK);

	setlinebuf(stdout);
	ksft_print_header();
	if (access(DEBUGFS "/tracing", F_OK))
		ksft_exit_skip("no debugfs\n");
	if (was_loaded && module_unload("cvmstat"))
		ksft_exit_skip("cvmstat is in use\n");
	ksft_set_plan(switchable ? 3 : 1);
	/* The kernel has a line of its own for the first module from outside. */
	if (!module_load("cvmstat", "force=1"))
		module_unload("cvmstat");
	test_refused(switchable);
	if (switchable)
		test_lost();
	if (was_loaded)
		module_need();
	ksft_finished();
}
