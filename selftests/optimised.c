// SPDX-License-Identifier: GPL-2.0
/*
 * Each kprobe of the module becomes a jump: none stays a breakpoint, which costs
 * two traps a hit, and CPUs that come online would die of some. Not for kernels
 * with CONFIG_PROVE_RCU_LIST, where the AP HLT loop's has to stay one, nor for
 * TDX guests that count themselves: RIPs of MapGPA come from one there.
 *
 * needs: confidential
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "lib/hooks.h"
#include "lib/module.h"
#include "lib/nl.h"
#include "lib/test.h"

#define OPTIMISATION	"/proc/sys/debug/kprobes-optimization"

FIXTURE(hooks) {
	struct nl nl;
	struct nl_state before;
};

FIXTURE_SETUP(hooks)
{
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, nl_state(&self->nl, &self->before));
}

FIXTURE_TEARDOWN(hooks)
{
	nl_set_rips(&self->nl, self->before.rips);
	nl_close(&self->nl);
}

static void expect_jumps(struct __test_metadata *_metadata, struct nl *nl)
{
	struct hooks hooks;
	int ret = hooks_optimised(nl, &hooks);

	ksft_print_msg("%u hooks optimised, breakpoints:%s\n", hooks.optimised,
		       hooks.breakpoints ? hooks.names : " none");
	EXPECT_NE(0, hooks.optimised);
	EXPECT_EQ(0, ret);
}

TEST_LONG(hooks, become_jumps)
{
	/* A kernel that counts itself has probes for RIPs only. */
	if (!module_kernel_counts())
		expect_jumps(_metadata, &self->nl);
	ASSERT_EQ(0, nl_set_rips(&self->nl, 1)) TH_LOG("%s", self->nl.extack);
	expect_jumps(_metadata, &self->nl);
}

static bool may_optimise(void)
{
	FILE *file = fopen(OPTIMISATION, "re");
	int on = 0;

	if (!file)
		return false;
	if (fscanf(file, "%d", &on) != 1)
		on = 0;
	fclose(file);
	return on;
}

int main(int argc, char **argv)
{
	if (!may_optimise())
		ksft_exit_skip("kprobes does not optimise here: " OPTIMISATION "\n");
	module_need();
	if (module_platform() == CVMSTAT_PLATFORM_NONE)
		ksft_exit_skip("not a confidential guest: no hook is a kprobe\n");
	return harness(argc, argv);
}
