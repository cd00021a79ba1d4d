// SPDX-License-Identifier: GPL-2.0
/*
 * Idle CPUs: what is said to be an exit is one in the hypervisor's ledger, one for
 * one; what may be one or none is an estimate, with its reason; and what is none is
 * not counted as one. On a hypervisor that has them, HLT without an exit, a hint
 * of that, and MWAIT are other ways (cvmbed --idle).
 *
 * needs: confidential
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/cvmstat.h>
#include <linux/cvmstat_codes.h>

#include "lib/ledger.h"
#include "lib/module.h"
#include "lib/nl.h"
#include "lib/test.h"

#define TRIGGER		"/sys/kernel/debug/cvmbed_trigger"
#define IDLE_US		1500000

static int platform;

/* The exit of an idle CPU. */
static bool is_halt(const struct count *count)
{
	if (platform == CVMSTAT_PLATFORM_TDX)
		return !strcmp(count->class, "tdvmcall") && count->code == CVMSTAT_TDVMCALL_HLT;
	return !strcmp(count->class, "auto") && count->code == CVMSTAT_SVM_HLT;
}

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
	__u64 entries[3];
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

	if (exit < 3)
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
	__u64 exits, told;
	unsigned int i;
	bool doubt;

	ASSERT_EQ(0, ledger_freeze("idle:before", &self->ledger[0], &self->module[0]));
	before = ask(&self->nl);
	usleep(IDLE_US);
	after = ask(&self->nl);
	ASSERT_EQ(0, ledger_freeze("idle:after", &self->ledger[1], &self->module[1]));
	exits = moved(self->ledger, is_halt);
	told = moved(self->module, is_halt);
	ksft_print_msg("%llu exits, %llu told, provenance %u, hints 0x%x, by%s\n", exits, told,
		       after.provenance, after.hints, after.routines);
	for (i = 0; i < ARRAY_SIZE(after.entries); i++)
		ksft_print_msg("%llu entries of exit %u\n",
			       after.entries[i] - before.entries[i], i);
	EXPECT_LT(before.entries[0] + before.entries[1] + before.entries[2],
		  after.entries[0] + after.entries[1] + after.entries[2]);
	/* Without a doubt, it is true; where there is one, it is said. */
	doubt = after.provenance == CVMSTAT_PROVENANCE_ESTIMATED;
	EXPECT_EQ(doubt ? told : exits, told);
	if (doubt)
		EXPECT_EQ(1, after.gaps);
	/* What is known to be no exit is told as none. */
	if (after.hints & CVMSTAT_HINTS_REALTIME || strstr(after.routines, "mwait")) {
		EXPECT_EQ(0, told);
		EXPECT_EQ(0, after.entries[CVMSTAT_IDLE_EXIT_MAYBE] +
			  after.entries[CVMSTAT_IDLE_EXIT_EACH]);
	}
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
	if (ask(&self->nl).hints & CVMSTAT_HINTS_REALTIME || !moved(self->ledger, is_halt))
		return;
	EXPECT_LE(50, moved(self->ledger, is_halt));
	EXPECT_EQ(moved(self->ledger, is_halt), moved(self->module, is_halt));
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
