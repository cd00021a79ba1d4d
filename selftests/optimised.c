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

#include "kselftest.h"

#include "lib/module.h"
#include "lib/nl.h"

#define OPTIMISATION	"/proc/sys/debug/kprobes-optimization"

/* Kprobes optimises with a delay, the longer the busier the guest is. */
#define PATIENCE_S	30

struct hooks {
	unsigned int optimised;
	unsigned int breakpoints;
	char names[256];	/* of those */
};

static void add_hook(struct nlattr *const *attr, void *arg)
{
	struct hooks *hooks = arg;
	size_t len = strlen(hooks->names);

	switch (nl_u32(attr[CVMSTAT_A_HOOK_BACKEND])) {
	case CVMSTAT_BACKEND_OPTPROBE:
		hooks->optimised++;
		break;
	case CVMSTAT_BACKEND_KPROBE:
		hooks->breakpoints++;
		snprintf(hooks->names + len, sizeof(hooks->names) - len, " %s",
			 nl_string(attr[CVMSTAT_A_HOOK_NAME]));
	}
}

static struct hooks wait_for_jumps(struct nl *nl)
{
	struct hooks hooks;
	int i;

	for (i = 0; i < PATIENCE_S; i++) {
		memset(&hooks, 0, sizeof(hooks));
		if (nl_get(nl, CVMSTAT_CMD_HOOK_GET, NLM_F_DUMP, add_hook,
			   &hooks))
			ksft_exit_fail_msg("hooks cannot be read\n");
		if (!hooks.breakpoints)
			break;
		sleep(1);
	}
	return hooks;
}

static void test_hooks(struct nl *nl, const char *when)
{
	struct hooks hooks = wait_for_jumps(nl);

	ksft_test_result(hooks.optimised && !hooks.breakpoints,
			 "%s: %u hooks optimised, breakpoints:%s\n", when,
			 hooks.optimised,
			 hooks.breakpoints ? hooks.names : " none");
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

int main(void)
{
	struct nl_state before;
	bool without_rips;
	struct nl nl;

	setlinebuf(stdout);
	ksft_print_header();
	if (!may_optimise())
		ksft_exit_skip("kprobes does not optimise here: " OPTIMISATION "\n");
	module_need();
	if (module_platform() == CVMSTAT_PLATFORM_NONE)
		ksft_exit_skip("not a confidential guest: no hook is a kprobe\n");
	/* A kernel that counts itself has probes for RIPs only. */
	without_rips = !module_kernel_counts();
	if (nl_open(&nl) || nl_state(&nl, &before))
		ksft_exit_fail_msg("no family\n");
	ksft_set_plan(1 + without_rips);
	if (without_rips)
		test_hooks(&nl, "as configured");
	if (nl_set_rips(&nl, 1))
		ksft_exit_fail_msg("RIPs cannot be had: %s\n", nl.extack);
	test_hooks(&nl, "with RIPs");
	nl_set_rips(&nl, before.rips);
	nl_close(&nl);
	ksft_finished();
}
