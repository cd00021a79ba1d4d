// SPDX-License-Identifier: GPL-2.0
/*
 * Suspend to idle while exits storm: all that was counted is there afterwards,
 * and module and ledger agree about what happened meanwhile.
 *
 * The kernel's own test levels (Documentation/power/basic-pm-debugging.rst) go a
 * part of the way and come back by themselves; the last time goes all the way,
 * until the real-time clock's alarm.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "kselftest.h"

#include "lib/ledger.h"
#include "lib/module.h"
#include "lib/nl.h"
#include "lib/storm.h"

#define ALARM		"/sys/class/rtc/rtc0/wakealarm"
#define ALARM_SECONDS	"+3"

static const char *const levels[] = { "freezer", "devices", "none" };

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

static bool goes_all_the_way(const char *level)
{
	return !strcmp(level, "none");
}

static int go(const char *level)
{
	int ret = put("/sys/power/pm_test", level);

	if (!ret && goes_all_the_way(level)) {
		put(ALARM, "0");
		ret = put(ALARM, ALARM_SECONDS);
	}
	return ret ?: put("/sys/power/state", "freeze");
}

/* Seconds that the guest was asleep: CLOCK_MONOTONIC stands still. */
static double asleep(void)
{
	struct timespec boot, mono;

	clock_gettime(CLOCK_BOOTTIME, &boot);
	clock_gettime(CLOCK_MONOTONIC, &mono);
	return boot.tv_sec - mono.tv_sec +
	       (boot.tv_nsec - mono.tv_nsec) / 1e9;
}

/* Elsewhere nobody would wake a guest whose clock fails to. */
static bool can_sleep(const char *level, bool bed)
{
	return !goes_all_the_way(level) || (bed && !access(ALARM, W_OK));
}

static void test_level(struct nl *nl, const char *level, bool bed)
{
	struct storm storm = { 0 };
	__u64 before, after, later;
	double slept = asleep();
	int ret;

	if (!can_sleep(level, bed)) {
		ksft_test_result_skip("not in the test bed, or without an alarm\n");
		return;
	}
	storm_start(&storm);
	usleep(200000);
	before = nl_events(nl);
	ret = go(level);
	after = nl_events(nl);
	usleep(200000);
	later = nl_events(nl);
	storm_stop(&storm);
	put("/sys/power/pm_test", "none");
	ksft_print_msg("%s: %s, asleep for %.1f s, %llu, then %llu, then %llu events\n",
		       level, strerror(-ret), asleep() - slept, before, after,
		       later);
	ksft_test_result(!ret && before && after >= before && later > after,
			 "suspended to %s, and counted on\n", level);
}

static unsigned int differences(const struct counts *keys,
				const struct counts *ledger,
				const struct counts *module)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < keys->n; i++) {
		const struct count *l = counts_find(ledger, &keys->v[i]);
		const struct count *m = counts_find(module, &keys->v[i]);
		__u64 want = l ? l->n : 0, have = m ? m->n : 0;

		if (want == have)
			continue;
		ksft_print_msg("%s: ledger %llu, module %llu\n",
			       count_name(&keys->v[i]), want, have);
		n++;
	}
	return n;
}

static void test_exact(int ret, struct counts *ledger, struct counts *module)
{
	struct counts moved = { 0 }, seen = { 0 };

	if (ret) {
		ksft_test_result_fail("ledger: %s\n", strerror(-ret));
		return;
	}
	counts_since(&ledger[0], &ledger[1], &moved);
	counts_since(&module[0], &module[1], &seen);
	ksft_test_result(!differences(&moved, &moved, &seen) &&
			 !differences(&seen, &moved, &seen),
			 "module and ledger agree over all suspends\n");
}

static void test_log(int log)
{
	char line[256] = "";
	int n = kmsg_find(log, kmsg_trouble, line);

	if (n)
		ksft_print_msg("%d lines: %s\n", n, line);
	ksft_test_result(!n, "no warning in the kernel's log\n");
}

static bool can_compare(void)
{
	return module_platform() != CVMSTAT_PLATFORM_NONE && ledger_present();
}

int main(void)
{
	struct counts ledger[2], module[2];
	bool compare;
	struct nl nl;
	int log, ret = 0;
	size_t i;

	setlinebuf(stdout);
	ksft_print_header();
	if (access("/sys/power/pm_test", W_OK))
		ksft_exit_skip("this kernel has no test levels of suspend\n");
	module_need();
	if (nl_open(&nl))
		ksft_exit_fail_msg("no family\n");
	log = kmsg_open();
	compare = can_compare();
	ksft_set_plan(ARRAY_SIZE(levels) + 1 + compare);
	module_load("cvmstat_freeze", "");
	if (compare)
		ret = ledger_freeze("suspend-before", &ledger[0], &module[0]);
	for (i = 0; i < ARRAY_SIZE(levels); i++)
		test_level(&nl, levels[i], compare);
	if (compare) {
		ret = ret ?: ledger_freeze("suspend-after", &ledger[1],
					   &module[1]);
		test_exact(ret, ledger, module);
	}
	module_unload("cvmstat_freeze");
	nl_close(&nl);
	test_log(log);
	ksft_finished();
}
