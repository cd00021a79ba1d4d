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
 * needs: confidential
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "lib/agree.h"
#include "lib/module.h"
#include "lib/nl.h"
#include "lib/setting.h"
#include "lib/storm.h"
#include "lib/test.h"

static int go(const char *level)
{
	int ret = setting_write("/sys/power/pm_test", level);

	ret = ret ?: setting_write("/sys/power/state", "freeze");
	setting_write("/sys/power/pm_test", "none");
	return ret;
}

FIXTURE(suspend) {
	int log;
	struct nl nl;
	struct storm storm;
};

FIXTURE_VARIANT(suspend) {
	const char *level;
};

FIXTURE_VARIANT_ADD(suspend, freezer) {
	.level = "freezer",
};

FIXTURE_VARIANT_ADD(suspend, devices) {
	.level = "devices",
};

FIXTURE_VARIANT_ADD(suspend, platform) {
	.level = "platform",
};

FIXTURE_SETUP(suspend)
{
	self->log = kmsg_open();
	ASSERT_EQ(0, nl_open(&self->nl));
}

FIXTURE_TEARDOWN(suspend)
{
	nl_close(&self->nl);
	EXPECT_TRUE(kmsg_clean(self->log));
}

TEST_LONG(suspend, counts_on)
{
	bool compare = agree_possible();
	__u64 before, after, later;
	char labels[2][32];
	struct agree agree;
	int i;

	for (i = 0; i < 2; i++)
		snprintf(labels[i], sizeof(labels[i]), "suspend-%s-%d", variant->level, i);
	if (compare)
		agree_before(&agree, labels[0]);
	storm_start(&self->storm);
	usleep(200000);
	before = nl_events(&self->nl);
	EXPECT_EQ(0, go(variant->level));
	after = nl_events(&self->nl);
	usleep(200000);
	later = nl_events(&self->nl);
	storm_stop(&self->storm);
	ksft_print_msg("%llu, then %llu, then %llu events\n", before, after, later);
	EXPECT_NE(0, before);
	EXPECT_LE(before, after);
	EXPECT_LT(after, later);
	if (compare)
		EXPECT_TRUE(agree_after(&agree, labels[1], NULL));
}

int main(int argc, char **argv)
{
	if (access("/sys/power/pm_test", W_OK))
		ksft_exit_skip("this kernel has no test levels of suspend\n");
	module_need();
	return harness(argc, argv);
}
