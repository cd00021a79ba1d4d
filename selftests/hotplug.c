// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs that go and come back while exits storm: each comes at once, what they
 * counted is not lost, and no event is but while a breakpoint stood aside.
 *
 * hotplug [-n CYCLES]
 *
 * needs: cpus>=2, platform!=tdx
 */
#include <stdio.h>
#include <stdlib.h>
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

static unsigned long cycles = 10;

/*
 * On SNP Linux panics at a CPU's second or third return: AP creation takes the
 * vCPU out of sev_es_ap_hlt_loop(), which then never gives its GHCB back. There
 * each test has a CPU of its own, once; but where the series of patches/ that has
 * a file of the boot is, which ends with a patch for it.
 */
#define MENDED	"/sys/kernel/debug/x86/cvm_exits_boot"
static bool once;

/* On its way out a CPU still counts; once it is gone it must not lose any. */
static bool cycle(struct nl *nl, int cpu)
{
	__u64 before, offline, later, after;
	int ret;

	before = cpu_events(nl, cpu);
	ret = set_online(cpu, false);
	if (ret) {
		ksft_print_msg("CPU %d offline: %s\n", cpu, strerror(-ret));
		return false;
	}
	offline = cpu_events(nl, cpu);
	usleep(10000);
	later = cpu_events(nl, cpu);
	ret = set_online(cpu, true);
	if (ret) {
		ksft_print_msg("CPU %d online: %s\n", cpu, strerror(-ret));
		return false;
	}
	if (cpu_counts(nl, cpu, later, &after) && before &&
	    offline >= before && later == offline)
		return true;
	ksft_print_msg("CPU %d: %llu before, %llu and %llu offline, %llu after\n",
		       cpu, before, offline, later, after);
	return false;
}

/* Which test it is, for those that have a CPU each. */
enum { CYCLES, BREAKPOINTS, LOADING };

/* The CPU that a test's cycle is about; 0 if there is none. */
static int cpu_of(int test, unsigned long i)
{
	int cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (once)
		return i || test + 1 >= cpus ? 0 : test + 1;
	return i < cycles ? 1 + i % (cpus - 1) : 0;
}

FIXTURE(hotplug) {
	int log;
	struct nl nl;
	struct storm storm;
};

FIXTURE_SETUP(hotplug)
{
	self->log = kmsg_open();
	module_need();
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
	bool compare = agree_possible();
	struct hooks before, after;
	unsigned long i, good = 0;
	struct agree agree;

	ASSERT_EQ(0, hooks_optimised(&self->nl, &before));
	if (compare)
		agree_before(&agree, "hotplug-before");
	storm_start(&self->storm);
	usleep(200000);
	for (i = 0; cpu_of(CYCLES, i); i++)
		good += cycle(&self->nl, cpu_of(CYCLES, i));
	storm_stop(&self->storm);
	ksft_print_msg("{\"hotplugs\": %lu}\n", good);
	EXPECT_EQ(i, good);
	if (compare)
		EXPECT_TRUE(agree_after(&agree, "hotplug-after", bringing_up));
	ASSERT_EQ(0, hooks_read(&self->nl, &after));
	EXPECT_EQ(before.asides, after.asides);
}

/*
 * Without optimisation a probe on the way is a breakpoint, of which a CPU that
 * starts from the beginning would die, as all do on SNP: the probe stands aside,
 * and says so, and the CPU comes.
 */
TEST_LONG(hotplug, breakpoints)
{
	/* A kernel that counts itself has none. */
	bool aside = once && !module_kernel_counts();
	struct breakpoints past;
	unsigned long i, good = 0;

	if (!cpu_of(BREAKPOINTS, 0))
		SKIP(return, "Linux panics at the second return of SNP's CPU 1");
	ASSERT_EQ(0, breakpoints_begin(&past, &self->nl));
	storm_start(&self->storm);
	for (i = 0; cpu_of(BREAKPOINTS, i); i++)
		good += cycle(&self->nl, cpu_of(BREAKPOINTS, i));
	EXPECT_TRUE(breakpoints_end(&past, aside));
	EXPECT_EQ(i, good);
	storm_stop(&self->storm);
}

/* Beside readers, and while the module goes and comes, a CPU comes at once. */
TEST_LONG(hotplug, loading)
{
	unsigned long i;
	int cpu;

	if (!cpu_of(LOADING, 0))
		SKIP(return, "Linux panics at the second return of SNP's CPU 1");
	nl_close(&self->nl);
	storm_start(&self->storm);
	storm_add(&self->storm, 0, read_round);
	storm_add(&self->storm, 0, load_round);
	for (i = 0; (cpu = cpu_of(LOADING, i)); i++) {
		EXPECT_EQ(0, set_online(cpu, false));
		EXPECT_EQ(0, set_online(cpu, true));
	}
	storm_stop(&self->storm);
	module_need();
	ASSERT_EQ(0, nl_open(&self->nl));
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
	once = platform == CVMSTAT_PLATFORM_SNP && access(MENDED, F_OK);
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
