// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel whose function of a VMGEXIT takes other arguments than those that are
 * known of it (patches/config/prototype.config): its hook is off and says why, what
 * it would have counted is told as a gap, and the rest counts.
 *
 * needs: confidential, platform!=tdx, long
 */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "lib/module.h"
#include "lib/nl.h"
#include "lib/test.h"

#define HOOK	"vmgexit"

struct hook {
	unsigned int found;
	__u32 backend;
	char why[128];
};

static void add_hook(struct nlattr *const *attr, void *arg)
{
	struct hook *hook = arg;

	if (strcmp(nl_string(attr[CVMSTAT_A_HOOK_NAME]), HOOK))
		return;
	hook->found++;
	hook->backend = nl_u32(attr[CVMSTAT_A_HOOK_BACKEND]);
	snprintf(hook->why, sizeof(hook->why), "%s", nl_string(attr[CVMSTAT_A_HOOK_REASON]));
}

static void add_gap(struct nlattr *const *attr, void *arg)
{
	unsigned int *gaps = arg;

	*gaps += nl_u32(attr[CVMSTAT_A_GAP_CLASS]) == CVMSTAT_CLASS_VMGEXIT &&
		 !attr[CVMSTAT_A_GAP_CODE];
}

static void add_traps(struct nlattr *const *attr, void *arg)
{
	if (nl_u32(attr[CVMSTAT_A_COUNT_CLASS]) == CVMSTAT_CLASS_VC)
		*(__u64 *)arg += nl_u64(attr[CVMSTAT_A_COUNT_KERNEL]) +
				 nl_u64(attr[CVMSTAT_A_COUNT_USER]);
}

FIXTURE(prototype) {
	struct nl nl;
};

FIXTURE_SETUP(prototype)
{
	ASSERT_EQ(0, nl_open(&self->nl));
}

FIXTURE_TEARDOWN(prototype)
{
	nl_close(&self->nl);
}

TEST_LONG(prototype, hook_is_off)
{
	struct hook hook = { 0 };

	nl_get(&self->nl, CVMSTAT_CMD_HOOK_GET, NLM_F_DUMP, add_hook, &hook);
	EXPECT_EQ(1, hook.found);
	EXPECT_EQ(CVMSTAT_BACKEND_NONE, hook.backend);
	EXPECT_NE(NULL, strstr(hook.why, "arguments"));
	ksft_print_msg("%s: %s\n", HOOK, hook.why);
}

TEST_LONG(prototype, what_it_counts_is_a_gap)
{
	unsigned int gaps = 0;

	nl_get(&self->nl, CVMSTAT_CMD_GAP_GET, NLM_F_DUMP, add_gap, &gaps);
	EXPECT_NE(0, gaps);
}

TEST_LONG(prototype, traps_count)
{
	__u64 before = 0, after = 0;

	nl_get(&self->nl, CVMSTAT_CMD_GET, NLM_F_DUMP, add_traps, &before);
	usleep(100000);
	nl_get(&self->nl, CVMSTAT_CMD_GET, NLM_F_DUMP, add_traps, &after);
	EXPECT_LT(before, after);
}

int main(int argc, char **argv)
{
	struct utsname kernel;

	uname(&kernel);
	if (!strstr(kernel.release, "prototype"))
		ksft_exit_skip("not that kernel\n");
	module_need();
	return harness(argc, argv);
}
