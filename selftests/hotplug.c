// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs that go and come back while exits storm: what they counted is not lost,
 * and no event is.
 *
 * hotplug [-n CYCLES]
 *
 * needs: cpus>=2, platform!=tdx
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "lib/agree.h"
#include "lib/hotplug.h"
#include "lib/module.h"
#include "lib/nl.h"
#include "lib/setting.h"
#include "lib/storm.h"
#include "lib/test.h"

static unsigned long cycles = 10;

/*
 * On SNP Linux panics at a CPU's second or third return: AP creation takes the
 * vCPU out of sev_es_ap_hlt_loop(), which then never gives its GHCB back.
 */
#define CYCLES_ON_SNP	1

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

static __u64 events_of(struct nl *nl, int cpu)
{
	struct cpu_sum sum = { .cpu = cpu };
	struct nl_msg msg;

	nl_begin(&msg, nl->family, CVMSTAT_CMD_GET, NLM_F_DUMP);
	nl_put(&msg, CVMSTAT_A_COUNT_PER_CPU, NULL, 0);
	return nl_call(nl, &msg, add_cpu, &sum) ? 0 : sum.n;
}

/* Without optimisation all probes are breakpoints; 0 or -errno. */
static int optimise(bool on)
{
	return setting_write("/proc/sys/debug/kprobes-optimization",
			     on ? "1" : "0");
}

/*
 * A CPU that starts from the beginning, as all do on SNP, would die of a
 * breakpoint: it must stay offline as long as there is one on its way.
 */
static bool stays_offline(int cpu)
{
	int off = optimise(false), ret = set_online(cpu, true);
	int on = optimise(true);

	ksft_print_msg("CPU %d on a breakpoint: %s\n", cpu, strerror(-ret));
	return !off && !on && ret == -EBUSY;
}

#define AGAIN_MS	10000

/* A CPU that is back counts when it has something to do: the storm is on all. */
static bool counts_again(struct nl *nl, int cpu, __u64 from, __u64 *n)
{
	unsigned int ms;

	for (ms = 0; ms < AGAIN_MS; ms += 10) {
		*n = events_of(nl, cpu);
		if (*n > from)
			return true;
		usleep(10000);
	}
	return false;
}

/* On its way out a CPU still counts; once it is gone it must not lose any. */
static bool cycle(struct nl *nl, int cpu, bool guarded)
{
	__u64 before, offline, later, after;
	int ret;

	before = events_of(nl, cpu);
	ret = set_online(cpu, false);
	if (ret) {
		ksft_print_msg("CPU %d offline: %s\n", cpu, strerror(-ret));
		return false;
	}
	offline = events_of(nl, cpu);
	usleep(10000);
	later = events_of(nl, cpu);
	if (guarded && !stays_offline(cpu))
		return false;
	ret = come_back(cpu);
	if (ret) {
		ksft_print_msg("CPU %d online: %s\n", cpu, strerror(-ret));
		return false;
	}
	if (counts_again(nl, cpu, later, &after) && before &&
	    offline >= before && later == offline)
		return true;
	ksft_print_msg("CPU %d: %llu before, %llu and %llu offline, %llu after\n",
		       cpu, before, offline, later, after);
	return false;
}

/*
 * Outside of the reach of probes (gap-get): a dying CPU's last HLT, and what
 * the trampoline asks by the GHCB MSR protocol on the way back.
 */
static bool out_of_reach(const struct count *key)
{
	return !strcmp(key->class, "auto") || !strcmp(key->class, "ghcb-msr");
}

FIXTURE(hotplug) {
	int log;
	struct nl nl;
	struct storm storm;
};

FIXTURE_SETUP(hotplug)
{
	self->log = kmsg_open();
	ASSERT_EQ(0, nl_open(&self->nl));
}

FIXTURE_TEARDOWN(hotplug)
{
	nl_close(&self->nl);
	EXPECT_TRUE(kmsg_clean(self->log));
}

/* Off and on, one CPU after the other: no count is lost, and both sides agree. */
TEST_LONG(hotplug, cycles)
{
	/* A kernel that counts itself has no breakpoints. */
	bool guarded = module_platform() == CVMSTAT_PLATFORM_SNP &&
		       !module_kernel_counts();
	int cpus = sysconf(_SC_NPROCESSORS_ONLN);
	bool compare = agree_possible();
	unsigned long i, good = 0;
	struct agree agree;

	if (compare)
		agree_before(&agree, "hotplug-before");
	storm_start(&self->storm);
	usleep(200000);
	for (i = 0; i < cycles; i++)
		good += cycle(&self->nl, 1 + i % (cpus - 1), guarded);
	storm_stop(&self->storm);
	ksft_print_msg("{\"hotplugs\": %lu}\n", good);
	EXPECT_EQ(cycles, good);
	if (compare)
		EXPECT_TRUE(agree_after(&agree, "hotplug-after", out_of_reach));
}

static void prepare(void)
{
	int cpus = sysconf(_SC_NPROCESSORS_ONLN), platform;

	if (cpus < 2)
		ksft_exit_skip("one CPU only\n");
	module_need();
	platform = module_platform();
	if (platform == CVMSTAT_PLATFORM_TDX)
		ksft_exit_skip("TDX guests cannot take CPUs offline\n");
	if (platform == CVMSTAT_PLATFORM_SNP &&
	    cycles > CYCLES_ON_SNP * (cpus - 1UL))
		cycles = CYCLES_ON_SNP * (cpus - 1UL);
}

int main(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "n:")) != -1) {
		if (opt != 'n')
			return KSFT_FAIL;
		cycles = strtoul(optarg, NULL, 0);
	}
	prepare();
	return harness(argc, argv);
}
