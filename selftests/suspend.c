// SPDX-License-Identifier: GPL-2.0
/*
 * Suspend to idle while exits storm: all that was counted is there afterwards,
 * and module and ledger agree about what happened meanwhile.
 *
 * The kernel's own test levels (Documentation/power/basic-pm-debugging.rst) go a
 * part of the way and come back by themselves: all tasks frozen, then all
 * devices asleep, then their interrupts off, too. Only the idle loop is missing,
 * from which no device of the test bed would wake the guest.
 *
 * needs: nothing
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "kselftest.h"

#include "lib/agree.h"
#include "lib/module.h"
#include "lib/nl.h"
#include "lib/setting.h"
#include "lib/storm.h"

static const char *const levels[] = { "freezer", "devices", "platform" };

static int go(const char *level)
{
	int ret = setting_write("/sys/power/pm_test", level);

	ret = ret ?: setting_write("/sys/power/state", "freeze");
	setting_write("/sys/power/pm_test", "none");
	return ret;
}

static void test_level(struct nl *nl, const char *level)
{
	struct storm storm = { 0 };
	__u64 before, after, later;
	int ret;

	storm_start(&storm);
	usleep(200000);
	before = nl_events(nl);
	ret = go(level);
	after = nl_events(nl);
	usleep(200000);
	later = nl_events(nl);
	storm_stop(&storm);
	ksft_print_msg("%s: %s, %llu, then %llu, then %llu events\n", level,
		       strerror(-ret), before, after, later);
	ksft_test_result(!ret && before && after >= before && later > after,
			 "suspended to %s, and counted on\n", level);
}

int main(void)
{
	struct agree agree;
	bool compare;
	struct nl nl;
	int log;
	size_t i;

	setlinebuf(stdout);
	ksft_print_header();
	if (access("/sys/power/pm_test", W_OK))
		ksft_exit_skip("this kernel has no test levels of suspend\n");
	module_need();
	if (nl_open(&nl))
		ksft_exit_fail_msg("no family\n");
	log = kmsg_open();
	compare = agree_possible();
	ksft_set_plan(ARRAY_SIZE(levels) + 1 + compare);
	if (compare)
		agree_before(&agree, "suspend-before");
	for (i = 0; i < ARRAY_SIZE(levels); i++)
		test_level(&nl, levels[i]);
	if (compare)
		ksft_test_result(agree_after(&agree, "suspend-after", NULL),
				 "module and ledger agree over all suspends\n");
	nl_close(&nl);
	ksft_test_result(kmsg_clean(log), "no warning in the kernel's log\n");
	ksft_finished();
}
