// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "kselftest.h"

#include "hooks.h"
#include "setting.h"

static void add(struct nlattr *const *attr, void *arg)
{
	struct hooks *hooks = arg;
	const char *name = nl_string(attr[CVMSTAT_A_HOOK_NAME]);
	__u32 backend = nl_u32(attr[CVMSTAT_A_HOOK_BACKEND]);
	size_t len = strlen(hooks->names);

	hooks->live += backend != CVMSTAT_BACKEND_NONE;
	hooks->asides += nl_u32(attr[CVMSTAT_A_HOOK_ASIDE]);
	if (!strcmp(name, "vc"))
		hooks->vc_probed = backend == CVMSTAT_BACKEND_OPTPROBE ||
				   backend == CVMSTAT_BACKEND_KPROBE;
	switch (backend) {
	case CVMSTAT_BACKEND_OPTPROBE:
		hooks->optimised++;
		break;
	case CVMSTAT_BACKEND_KPROBE:
		hooks->breakpoints++;
		snprintf(hooks->names + len, sizeof(hooks->names) - len, " %s", name);
	}
}

int hooks_read(struct nl *nl, struct hooks *hooks)
{
	memset(hooks, 0, sizeof(*hooks));
	return nl_get(nl, CVMSTAT_CMD_HOOK_GET, NLM_F_DUMP, add, hooks);
}

int hooks_optimise(bool on)
{
	return setting_write("/proc/sys/debug/kprobes-optimization", on ? "1" : "0");
}

#define PATIENCE_S	30

int hooks_optimised(struct nl *nl, struct hooks *hooks)
{
	int i, ret;

	for (i = 0; i < PATIENCE_S; i++) {
		ret = hooks_read(nl, hooks);
		if (ret || !hooks->breakpoints)
			return ret;
		sleep(1);
	}
	return -ETIMEDOUT;
}

static void add_missed(struct nlattr *const *attr, void *arg)
{
	__u64 missed = nl_u64(attr[CVMSTAT_A_HOOK_MISSED]);

	*(__u64 *)arg += missed;
	if (missed)
		ksft_print_msg("%s: %llu hits missed\n", nl_string(attr[CVMSTAT_A_HOOK_NAME]),
			       missed);
}

__u64 hooks_missed(struct nl *nl)
{
	__u64 sum = 0;

	nl_get(nl, CVMSTAT_CMD_HOOK_GET, NLM_F_DUMP, add_missed, &sum);
	return sum;
}
