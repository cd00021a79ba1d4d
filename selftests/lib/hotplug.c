// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "kselftest.h"

#include "hooks.h"
#include "hotplug.h"
#include "module.h"
#include "setting.h"

#define AGAIN_MS	10000
/* The module looks every 5 s for what to announce. */
#define WATCH_MS	15000

int set_online(int cpu, bool online)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online",
		 cpu);
	return setting_write(path, online ? "1" : "0");
}

struct cpu_sum {
	__u32 cpu;
	__u64 n;
};

static void add_cpu(struct nlattr *const *attr, void *arg)
{
	struct cpu_sum *sum = arg;

	if (nl_u32(attr[CVMSTAT_A_COUNT_CPU]) == sum->cpu)
		sum->n += nl_u64(attr[CVMSTAT_A_COUNT_KERNEL]) +
			  nl_u64(attr[CVMSTAT_A_COUNT_USER]);
}

__u64 cpu_events(struct nl *nl, int cpu)
{
	struct cpu_sum sum = { .cpu = cpu };
	struct nl_msg msg;

	nl_begin(&msg, nl->family, CVMSTAT_CMD_GET, NLM_F_DUMP);
	nl_put(&msg, CVMSTAT_A_COUNT_PER_CPU, NULL, 0);
	return nl_call(nl, &msg, add_cpu, &sum) ? 0 : sum.n;
}

bool cpu_counts(struct nl *nl, int cpu, __u64 from, __u64 *n)
{
	unsigned int ms;

	for (ms = 0; ms < AGAIN_MS; ms += 10) {
		*n = cpu_events(nl, cpu);
		if (*n > from)
			return true;
		usleep(10000);
	}
	return false;
}

bool bringing_up(const struct count *key)
{
	return !strcmp(key->class, "auto") || !strcmp(key->class, "ghcb-msr");
}

int breakpoints_begin(struct breakpoints *past, struct nl *nl)
{
	int ret;

	past->nl = nl;
	ret = nl_open(&past->events);
	if (ret)
		return ret;
	ret = nl_join(&past->events) ?: hooks_read(nl, &past->before) ?: hooks_optimise(false);
	if (ret)
		nl_close(&past->events);
	return ret;
}

bool breakpoints_end(struct breakpoints *past, bool aside)
{
	bool good = !hooks_optimise(true);
	unsigned int asides;
	struct hooks after;

	good = !hooks_read(past->nl, &after) && good;
	asides = after.asides - past->before.asides;
	ksft_print_msg("stood aside %u times\n", asides);
	if (after.vc_probed && aside != !!asides)
		good = false;
	if (asides && nl_event(&past->events, WATCH_MS) != CVMSTAT_ANNOUNCEMENT_HOOK_ASIDE) {
		ksft_print_msg("that was not announced\n");
		good = false;
	}
	nl_close(&past->events);
	return good;
}

void read_round(int cpu)
{
	struct hooks hooks;
	struct nl nl;

	if (nl_open(&nl))
		return;
	hooks_read(&nl, &hooks);
	nl_events(&nl);
	nl_close(&nl);
}

void load_round(int cpu)
{
	if (!module_unload("cvmstat"))
		module_load("cvmstat", "");
	usleep(1000);
}
