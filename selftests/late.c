// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs that the boot has left out (maxcpus=1), and that come while the module
 * counts: each comes at once, counts from its beginning, and no event is lost but
 * while a breakpoint stood aside. Each test has a CPU, and as CPUs come for the
 * first time once, it can run once in a guest.
 *
 * needs: confidential, cpus>=4, long
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "lib/agree.h"
#include "lib/hooks.h"
#include "lib/hotplug.h"
#include "lib/module.h"
#include "lib/nl.h"
#include "lib/storm.h"
#include "lib/test.h"

/* CPUs of the tests; the last one's is refused at first. */
enum { JUMPS = 1, BREAKPOINTS, LOADING, NEEDED };

FIXTURE(late) {
	int log;
	struct nl nl;
	struct storm storm;
};

FIXTURE_SETUP(late)
{
	self->log = kmsg_open();
	module_need();
	ASSERT_EQ(0, nl_open(&self->nl));
}

FIXTURE_TEARDOWN(late)
{
	nl_close(&self->nl);
	EXPECT_TRUE(kmsg_clean(self->log));
}

/* It comes, and its first events count. */
static bool comes(struct nl *nl, struct storm *storm, int cpu)
{
	__u64 before = cpu_events(nl, cpu), after = 0;
	int ret = set_online(cpu, true);

	if (ret) {
		ksft_print_msg("CPU %d online: %s\n", cpu, strerror(-ret));
		return false;
	}
	storm_add(storm, cpu, storm_round);
	if (!before && cpu_counts(nl, cpu, before, &after))
		return true;
	ksft_print_msg("CPU %d: %llu before, %llu after\n", cpu, before, after);
	return false;
}

/* Past jumps, and what ftrace calls: nothing stands aside, both sides agree. */
TEST_LONG(late, jumps)
{
	struct hooks before, after;
	struct agree agree;

	ASSERT_EQ(0, hooks_optimised(&self->nl, &before));
	agree_before(&agree, "late-before");
	storm_start(&self->storm);
	EXPECT_TRUE(comes(&self->nl, &self->storm, JUMPS));
	storm_stop(&self->storm);
	EXPECT_TRUE(agree_after(&agree, "late-after", bringing_up));
	ASSERT_EQ(0, hooks_read(&self->nl, &after));
	EXPECT_EQ(before.asides, after.asides);
}

/*
 * Past breakpoints, of which a CPU without an IDT would die: under SEV they stand
 * aside, and say so. A TD's CPUs raise no #VE before they have theirs.
 */
TEST_LONG(late, breakpoints)
{
	bool aside = module_platform() != CVMSTAT_PLATFORM_TDX && !module_kernel_counts();
	struct breakpoints past;

	ASSERT_EQ(0, breakpoints_begin(&past, &self->nl));
	storm_start(&self->storm);
	EXPECT_TRUE(comes(&self->nl, &self->storm, BREAKPOINTS));
	EXPECT_TRUE(breakpoints_end(&past, aside));
	storm_stop(&self->storm);
}

/*
 * One that comes by a way of its own, on which nothing stands aside: it is refused,
 * and nobody dies. The next test's comes by the usual one.
 */
TEST_LONG(late, unled)
{
	static const char *const refused[] = { "would die of a breakpoint", NULL };
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct breakpoints past;
	char line[256] = "";
	struct hooks hooks;
	int log;

	ASSERT_EQ(0, hooks_read(&self->nl, &hooks));
	if (!hooks.vc_probed)
		SKIP(return, "no breakpoint that a CPU would die of");
	ASSERT_EQ(0, module_load("cvmbed_trigger", ""));
	ASSERT_EQ(0, breakpoints_begin(&past, &self->nl));
	log = kmsg_open();
	EXPECT_EQ(0, trigger("cpu-up-unled", 1, 0, LOADING));
	EXPECT_TRUE(breakpoints_end(&past, false));
	EXPECT_EQ(cpus, sysconf(_SC_NPROCESSORS_ONLN));
	EXPECT_EQ(1, kmsg_find(log, refused, line));
	ksft_print_msg("%s\n", line);
	close(log);
	module_unload("cvmbed_trigger");
}

/* Beside readers, and while the module goes and comes. */
TEST_LONG(late, loading)
{
	nl_close(&self->nl);
	storm_start(&self->storm);
	storm_add(&self->storm, 0, read_round);
	storm_add(&self->storm, 0, load_round);
	usleep(200000);
	EXPECT_EQ(0, set_online(LOADING, true));
	storm_stop(&self->storm);
	module_need();
	ASSERT_EQ(0, nl_open(&self->nl));
}

int main(int argc, char **argv)
{
	if (sysconf(_SC_NPROCESSORS_CONF) < NEEDED || sysconf(_SC_NPROCESSORS_ONLN) != 1)
		ksft_exit_skip("it wants four CPUs of which the boot has started one: maxcpus=1\n");
	module_need();
	if (!agree_possible())
		ksft_exit_skip("no ledger here\n");
	return harness(argc, argv);
}
