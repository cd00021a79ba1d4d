// SPDX-License-Identifier: GPL-2.0
/*
 * Idle CPUs: what is said to be an exit is one in the hypervisor's ledger, one for
 * one; what may be one or none is an estimate, with its reason; and what is none is
 * not counted as one. On a hypervisor that has them, HLT without an exit, a hint
 * of that, and MWAIT are other ways (cvmbed --idle). How long CPUs were idle is told
 * while it is wanted, once for each entry, and is never longer than it can have been.
 *
 * needs: confidential
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include <linux/cvmstat.h>
#include <linux/cvmstat_codes.h>

#include "lib/ledger.h"
#include "lib/module.h"
#include "lib/nl.h"
#include "lib/test.h"

#define IDLE_US		1500000

static int platform;

static __u32 class_of_halt(void)
{
	return platform == CVMSTAT_PLATFORM_TDX ? CVMSTAT_CLASS_TDVMCALL : CVMSTAT_CLASS_AUTO;
}

static __u64 code_of_halt(void)
{
	return platform == CVMSTAT_PLATFORM_TDX ? (__u64)CVMSTAT_TDVMCALL_HLT
						: (__u64)CVMSTAT_SVM_HLT;
}

/**
 * struct told - what the module says
 * @entries: by enum cvmstat_idle_exit
 * @routines: of states that do not poll
 * @provenance: of the exits
 * @gaps: reasons for what is not known of them
 * @hints: of the hypervisor
 */
struct told {
	__u64 entries[4];
	char routines[256];
	__u32 provenance;
	unsigned int gaps;
	__u32 hints;
};

static void add_idle(struct nlattr *const *attr, void *arg)
{
	__u32 exit = nl_u32(attr[CVMSTAT_A_AROUND_IDLE_EXIT]);
	size_t len;
	struct told *told = arg;

	if (exit < ARRAY_SIZE(told->entries))
		told->entries[exit] += nl_u64(attr[CVMSTAT_A_AROUND_IDLE_ENTRIES]);
	if (attr[CVMSTAT_A_AROUND_IDLE_POLLING])
		return;
	len = strlen(told->routines);
	snprintf(told->routines + len, sizeof(told->routines) - len, " %s",
		 nl_string(attr[CVMSTAT_A_AROUND_IDLE_ROUTINE]));
}

static void add_count(struct nlattr *const *attr, void *arg)
{
	struct told *told = arg;

	if (nl_u32(attr[CVMSTAT_A_COUNT_CLASS]) == class_of_halt() &&
	    nl_u64(attr[CVMSTAT_A_COUNT_CODE]) == code_of_halt())
		told->provenance = nl_u32(attr[CVMSTAT_A_COUNT_PROVENANCE]);
}

static void add_gap(struct nlattr *const *attr, void *arg)
{
	struct told *told = arg;

	if (nl_u32(attr[CVMSTAT_A_GAP_CLASS]) == class_of_halt() &&
	    nl_u64(attr[CVMSTAT_A_GAP_CODE]) == code_of_halt() &&
	    strstr(nl_string(attr[CVMSTAT_A_GAP_WHY]), "idle entries are"))
		told->gaps++;
}

static void add_info(struct nlattr *const *attr, void *arg)
{
	((struct told *)arg)->hints = nl_u32(attr[CVMSTAT_A_INFO_HINTS]);
}

static struct told ask(struct nl *nl)
{
	struct told told = { 0 };

	nl_get(nl, CVMSTAT_CMD_IDLE_GET, NLM_F_DUMP, add_idle, &told);
	nl_get(nl, CVMSTAT_CMD_GET, NLM_F_DUMP, add_count, &told);
	nl_get(nl, CVMSTAT_CMD_GAP_GET, NLM_F_DUMP, add_gap, &told);
	nl_get(nl, CVMSTAT_CMD_INFO, 0, add_info, &told);
	return told;
}

FIXTURE(idle) {
	struct nl nl;
	struct counts ledger[2], module[2];
};

FIXTURE_SETUP(idle)
{
	module_need();
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, module_load("cvmstat_freeze", ""));
}

FIXTURE_TEARDOWN(idle)
{
	nl_close(&self->nl);
	module_unload("cvmstat_freeze");
}

static __u64 moved(const struct counts *counts, bool (*which)(const struct count *))
{
	struct counts since;

	counts_since(&counts[0], &counts[1], &since);
	return counts_total(&since, which);
}

TEST_LONG(idle, exits)
{
	struct told before, after;
	__u64 exits, told, entries = 0;
	unsigned int i;
	bool doubt;

	ASSERT_EQ(0, ledger_freeze("idle:before", &self->ledger[0], &self->module[0]));
	before = ask(&self->nl);
	usleep(IDLE_US);
	after = ask(&self->nl);
	ASSERT_EQ(0, ledger_freeze("idle:after", &self->ledger[1], &self->module[1]));
	exits = moved(self->ledger, count_is_halt);
	told = moved(self->module, count_is_halt);
	ksft_print_msg("%llu exits, %llu told, provenance %u, hints 0x%x, by%s\n", exits, told,
		       after.provenance, after.hints, after.routines);
	for (i = 0; i < ARRAY_SIZE(after.entries); i++) {
		ksft_print_msg("%llu entries of exit %u\n",
			       after.entries[i] - before.entries[i], i);
		entries += after.entries[i] - before.entries[i];
	}
	EXPECT_LT(0, entries);
	/* Without a doubt, it is true; where there is one, it is said. */
	doubt = after.provenance == CVMSTAT_PROVENANCE_ESTIMATED;
	EXPECT_EQ(doubt ? told : exits, told);
	if (doubt)
		EXPECT_EQ(1, after.gaps);
	/* What is known to be no exit, or is not known to be one, is not told. */
	if (after.hints & CVMSTAT_HINTS_REALTIME || strstr(after.routines, "mwait")) {
		EXPECT_EQ(0, told);
		EXPECT_EQ(0, after.entries[CVMSTAT_IDLE_EXIT_MAYBE] +
			  after.entries[CVMSTAT_IDLE_EXIT_EACH]);
	}
	/* The hint says that it need not be one, not that it is none. */
	if (after.hints & CVMSTAT_HINTS_REALTIME && !strstr(after.routines, "mwait"))
		EXPECT_LT(0, after.entries[CVMSTAT_IDLE_EXIT_UNKNOWN]);
	/* The hypervisor takes none: then it is at most an estimate. */
	if (!exits)
		EXPECT_TRUE(!told || doubt);
	if (platform == CVMSTAT_PLATFORM_TDX)
		EXPECT_EQ(CVMSTAT_PROVENANCE_INFERRED, after.provenance);
}

/* A cpuidle state that executes HLT itself: on TDX a #VE, and no second exit. */
TEST_LONG(idle, trapped)
{
	static const char driver[] = "cpuidle-hlt 50 0 0";
	int fd, ret = module_load("cvmbed_trigger", "");

	if (ret)
		SKIP(return, "not in the test bed");
	fd = open(TRIGGER, O_WRONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ledger_freeze("trapped:before", &self->ledger[0], &self->module[0]));
	ret = write(fd, driver, strlen(driver));
	ASSERT_EQ(0, ledger_freeze("trapped:after", &self->ledger[1], &self->module[1]));
	close(fd);
	module_unload("cvmbed_trigger");
	if (ret < 0)
		SKIP(return, "no cpuidle driver can be registered here");
	if (ask(&self->nl).hints & CVMSTAT_HINTS_REALTIME || !moved(self->ledger, count_is_halt))
		return;
	EXPECT_LE(50, moved(self->ledger, count_is_halt));
	EXPECT_EQ(moved(self->ledger, count_is_halt), moved(self->module, count_is_halt));
}

/* Idle for so long, so often. */
#define NAP_US		20000
#define NAPS		50

/**
 * struct stays - how long a CPU was idle, in all states
 * @cpu: which one
 * @entries: into them
 * @told: how many have a duration
 * @cycles: the sum of these
 * @buckets: how many, by length
 * @attrs: attributes that have durations
 */
struct stays {
	__u32 cpu;
	__u64 entries;
	__u64 told;
	__u64 cycles;
	__u64 buckets[64];
	unsigned int attrs;
};

static void add_stays(struct nlattr *const *attr, void *arg)
{
	const struct nlattr *buckets = attr[CVMSTAT_A_AROUND_IDLE_BUCKETS];
	struct stays *stays = arg;
	__u64 counts[64];
	unsigned int b;

	if (nl_u32(attr[CVMSTAT_A_AROUND_CPU]) != stays->cpu)
		return;
	stays->entries += nl_u64(attr[CVMSTAT_A_AROUND_IDLE_ENTRIES]);
	stays->attrs += !!buckets + !!attr[CVMSTAT_A_AROUND_IDLE_CYCLES];
	if (!buckets)
		return;
	stays->cycles += nl_u64(attr[CVMSTAT_A_AROUND_IDLE_CYCLES]);
	memcpy(counts, buckets + 1, sizeof(counts));
	for (b = 0; b < ARRAY_SIZE(counts); b++) {
		stays->buckets[b] += counts[b];
		stays->told += counts[b];
	}
}

static struct stays stays_of(struct nl *nl, __u32 cpu)
{
	struct stays stays = { .cpu = cpu };
	struct nl_msg msg;

	nl_begin(&msg, nl->family, CVMSTAT_CMD_IDLE_GET, NLM_F_DUMP);
	nl_put(&msg, CVMSTAT_A_AROUND_PER_CPU, NULL, 0);
	nl_call(nl, &msg, add_stays, &stays);
	return stays;
}

static struct stays stays_since(struct nl *nl, const struct stays *before)
{
	struct stays stays = stays_of(nl, before->cpu);
	unsigned int b;

	stays.entries -= before->entries;
	stays.told -= before->told;
	stays.cycles -= before->cycles;
	for (b = 0; b < ARRAY_SIZE(stays.buckets); b++)
		stays.buckets[b] -= before->buckets[b];
	return stays;
}

/* The shortest time that the longest stay can have been. */
static __u64 longest(const struct stays *stays)
{
	unsigned int b;

	for (b = ARRAY_SIZE(stays->buckets) - 1; b; b--)
		if (stays->buckets[b])
			return 1ULL << b;
	return 0;
}

static void move_to(__u32 cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static int keep_durations(struct nl *nl, struct nl_state *state, __u8 on)
{
	state->durations = on;
	return nl_set(nl, state);
}

/* On a CPU of its own: while it asks, that one is not idle. */
FIXTURE(durations) {
	struct nl nl;
	struct nl_state before, state;
};

FIXTURE_SETUP(durations)
{
	module_need();
	move_to(0);
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, nl_state(&self->nl, &self->before));
	self->state = self->before;
	ASSERT_EQ(0, keep_durations(&self->nl, &self->state, 0));
}

FIXTURE_TEARDOWN(durations)
{
	nl_set(&self->nl, &self->before);
	nl_close(&self->nl);
}

/* None is told of a module that never kept any, and none more once it does not. */
TEST_LONG(durations, off)
{
	struct stays before, since;

	nl_close(&self->nl);
	ASSERT_EQ(0, module_unload_busy("cvmstat", NULL));
	module_need();
	ASSERT_EQ(0, nl_open(&self->nl));
	before = stays_of(&self->nl, 0);
	usleep(NAPS / 2 * NAP_US);
	since = stays_since(&self->nl, &before);
	EXPECT_LT(0, since.entries);
	EXPECT_EQ(0, since.attrs);
	ASSERT_EQ(0, keep_durations(&self->nl, &self->state, 1));
	usleep(NAPS / 2 * NAP_US);
	EXPECT_LT(0, stays_of(&self->nl, 0).attrs);
	ASSERT_EQ(0, keep_durations(&self->nl, &self->state, 0));
	before = stays_of(&self->nl, 0);
	usleep(NAPS / 2 * NAP_US);
	since = stays_since(&self->nl, &before);
	EXPECT_LT(0, since.entries);
	EXPECT_EQ(0, since.told);
	EXPECT_EQ(0, since.cycles);
}

/* Each entry has one; no stay is longer than the nap that it was part of. */
TEST_LONG(durations, naps)
{
	__u64 from, took, most = 0, idle = 0, all = 0;
	struct stays before, since;
	unsigned int i;

	ASSERT_EQ(0, keep_durations(&self->nl, &self->state, 1));
	for (i = 0; i < NAPS; i++) {
		from = __rdtsc();
		before = stays_of(&self->nl, 0);
		usleep(NAP_US);
		since = stays_since(&self->nl, &before);
		took = __rdtsc() - from;
		EXPECT_EQ(since.entries, since.told);
		EXPECT_GE(took, longest(&since));
		EXPECT_GE(took, since.cycles);
		most = longest(&since) > most ? longest(&since) : most;
		idle += since.cycles;
		all += took;
	}
	ksft_print_msg("%u naps of %u us: idle for %llu of %llu cycles, longest from %llu\n", NAPS,
		       NAP_US, idle, all, most);
	/* Others may keep the CPU busy, but not all the time. */
	EXPECT_LT(all / 8, idle);
	EXPECT_LT(all / NAPS / 4, most);
}

static void stay_awake(unsigned int us)
{
	struct timespec from, now;

	clock_gettime(CLOCK_MONOTONIC, &from);
	do {
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - from.tv_sec) * 1000000 + (now.tv_nsec - from.tv_nsec) / 1000 < us);
}

/*
 * A worker makes a setting: on another CPU, and the one that asked for it is idle
 * meanwhile, or on that one, and others are. Whoever was idle when durations were
 * switched off, and on: what is told is of this time alone.
 */
TEST_LONG(durations, switched)
{
	__u32 last = (__u32)sysconf(_SC_NPROCESSORS_ONLN) - 1;
	struct stays before[2], since[2];
	unsigned int i, k;
	__u64 from, took;

	for (i = 0; i < NAPS / 2; i++) {
		ASSERT_EQ(0, keep_durations(&self->nl, &self->state, 1));
		/* The last one goes idle anew, and is left alone. */
		move_to(last);
		move_to(0);
		stay_awake(NAP_US);
		ASSERT_EQ(0, keep_durations(&self->nl, &self->state, 0));
		before[0] = stays_of(&self->nl, 0);
		before[1] = stays_of(&self->nl, last);
		stay_awake(5 * NAP_US);
		from = __rdtsc();
		ASSERT_EQ(0, keep_durations(&self->nl, &self->state, 1));
		move_to(last);
		for (k = 0; k < 2; k++)
			since[k] = stays_since(&self->nl, &before[k]);
		took = __rdtsc() - from;
		move_to(0);
		ASSERT_EQ(0, keep_durations(&self->nl, &self->state, 0));
		for (k = 0; k < 2; k++)
			EXPECT_GE(took, since[k].cycles);
	}
}

int main(int argc, char **argv)
{
	module_need();
	platform = module_platform();
	if (platform == CVMSTAT_PLATFORM_NONE || !ledger_present())
		ksft_exit_skip("not in the test bed\n");
	if (module_kernel_counts())
		ksft_exit_skip("the kernel counts HLT by itself\n");
	return harness(argc, argv);
}
