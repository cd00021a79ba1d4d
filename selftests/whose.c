// SPDX-License-Identifier: GPL-2.0
/*
 * Whose exits: what the reader tells of a command, of idle CPUs and of all else adds
 * up to what the ledger says, and each command gets its own.
 *
 * whose --traps			executes CPUID
 * whose --marks FILE COMMAND...	runs COMMAND between two marks, and writes how many
 *				exits the ledger has of it to FILE
 *
 * needs: confidential
 */
#include <cpuid.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "lib/ledger.h"
#include "lib/module.h"
#include "lib/run.h"
#include "lib/test.h"

#define READER	"cvmstat"
#define OUT	"/tmp/whose.out"
#define CSV	"/tmp/whose.csv"
#define OTHER	"/tmp/whose-other.csv"
#define INSIDE	"/tmp/whose.inside"

/* A leaf that every platform's guest traps on; a program's start executes some as well. */
#define HYPERVISOR_LEAF		0x40000000
#define CPUIDS			1000
#define CPUIDS_OF_A_START	500

/* This test, as other programs run it. */
static const char *self_path;

static void cause_traps(void)
{
	unsigned int a, b, c, d, i;

	for (i = 0; i < CPUIDS; i++)
		__cpuid_count(HYPERVISOR_LEAF, 0, a, b, c, d);
}

static bool is_exit(const struct count *count)
{
	return strcmp(count->class, "vc") && strcmp(count->class, "ve") &&
	       strcmp(count->class, "tdcall") && strcmp(count->class, "svsm");
}

static int between_marks(const char *path, char **argv)
{
	struct counts before, after, diff;
	FILE *file = fopen(path, "we");
	int status;

	if (!file || ledger_mark("whose-before", &before))
		return 98;
	status = run((const char *const *)argv, NULL, ALL_CAPS);
	if (ledger_mark("whose-after", &after))
		return 98;
	counts_since(&before, &after, &diff);
	fprintf(file, "%llu\n", counts_total(&diff, is_exit));
	return fclose(file) ? 98 : status;
}

static __u64 read_inside(void)
{
	FILE *file = fopen(INSIDE, "re");
	__u64 exits = 0;

	if (file && fscanf(file, "%llu", &exits) != 1)
		exits = 0;
	if (file)
		fclose(file);
	return exits;
}

/* Columns of the reader's CSV, user/JSON.md. */
enum { COL_KIND = 1, COL_REASON = 4, COL_DETAIL = 6, COL_COUNT = 9, COL_OWN = 19, COL_IDLE,
	COL_OTHERS };

/* A field is up to the next comma. */
static const char *field(const char *line, int col)
{
	while (col-- && line)
		line = strchr(line, ',') ? strchr(line, ',') + 1 : NULL;
	return line ?: "";
}

static bool field_is(const char *line, int col, const char *text)
{
	const char *at = field(line, col);
	size_t len = strlen(text);

	return !strncmp(at, text, len) && (at[len] == ',' || !at[len]);
}

static __u64 number(const char *line, int col)
{
	return strtoull(field(line, col), NULL, 10);
}

/**
 * struct parts - reasons of a kind, added up
 * @rows: how many
 * @unknown: of which parts are not known
 * @wrong: of which parts do not add up
 */
struct parts {
	unsigned int rows;
	unsigned int unknown;
	unsigned int wrong;
	__u64 count;
	__u64 own;
	__u64 idle;
	__u64 others;
};

static void add_row(struct parts *parts, const char *line)
{
	__u64 count = number(line, COL_COUNT), own = number(line, COL_OWN);
	__u64 idle = number(line, COL_IDLE), others = number(line, COL_OTHERS);

	parts->rows++;
	parts->unknown += field_is(line, COL_OWN, "") || field_is(line, COL_IDLE, "");
	parts->wrong += own + idle + others != count;
	parts->count += count;
	parts->own += own;
	parts->idle += idle;
	parts->others += others;
}

/* @reason: NULL for all */
static struct parts read_parts(const char *path, const char *kind, const char *reason)
{
	struct parts parts = { 0 };
	FILE *file = fopen(path, "re");
	char line[1024];

	while (file && fgets(line, sizeof(line), file))
		if (field_is(line, COL_KIND, kind) && field_is(line, COL_DETAIL, "") &&
		    (!reason || field_is(line, COL_REASON, reason)))
			add_row(&parts, line);
	if (file)
		fclose(file);
	ksft_print_msg("%s %s: %llu in %u rows: own %llu, idle %llu, others %llu; %u unknown\n",
		       kind, reason ?: "of any reason", parts.count, parts.rows, parts.own,
		       parts.idle, parts.others, parts.unknown);
	return parts;
}

FIXTURE(whose) {
};

FIXTURE_SETUP(whose)
{
	if (module_platform() == CVMSTAT_PLATFORM_NONE)
		SKIP(return, "no confidential guest");
}

FIXTURE_TEARDOWN(whose)
{
}

#define STAT	READER, "stat", "-e", "none", "--csv", "-o"

/* Two programs do the same at the same time: each gets its own. */
TEST_LONG(whose, one_of_two)
{
	const char *const stat[] = { STAT, CSV, "--", self_path, "--traps", NULL };
	struct parts parts;
	pid_t other;

	other = fork();
	while (!other)
		cause_traps();
	EXPECT_EQ(0, run(stat, OUT, ALL_CAPS));
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	parts = read_parts(CSV, "trap", "cpuid");
	EXPECT_EQ(1, parts.rows);
	EXPECT_EQ(0, parts.wrong + parts.unknown);
	EXPECT_LE(CPUIDS, parts.own);
	EXPECT_GT(CPUIDS + CPUIDS_OF_A_START, parts.own);
	EXPECT_LT(0, parts.others);
}

/* And two readers do not take anything from each other. */
TEST_LONG(whose, two_readers)
{
	const char *const here[] = { STAT, CSV, "--", self_path, "--traps", NULL };
	const char *const there[] = { STAT, OTHER, "--", self_path, "--traps", NULL };
	struct parts parts[2];
	int status = -1, i;
	pid_t other;

	other = fork();
	if (!other)
		_exit(run(there, "/dev/null", ALL_CAPS));
	EXPECT_EQ(0, run(here, OUT, ALL_CAPS));
	waitpid(other, &status, 0);
	EXPECT_EQ(0, status);
	parts[0] = read_parts(CSV, "trap", "cpuid");
	parts[1] = read_parts(OTHER, "trap", "cpuid");
	for (i = 0; i < 2; i++) {
		EXPECT_EQ(0, parts[i].wrong + parts[i].unknown);
		EXPECT_LE(CPUIDS, parts[i].own);
		EXPECT_GT(CPUIDS + CPUIDS_OF_A_START, parts[i].own);
	}
}

/* One CPU after the other is read, and meanwhile others halt. */
#define SLACK	2

/* A command that sleeps: what comes is idle CPUs', and all of it what the ledger has. */
TEST_LONG(whose, idle)
{
	const char *const stat[] = {
		STAT, CSV, "--", self_path, "--marks", INSIDE, "sleep", "1", NULL
	};
	__u64 slack = SLACK * sysconf(_SC_NPROCESSORS_ONLN), inside;
	struct counts before, after, around;
	struct parts exits, halts;

	if (!ledger_present())
		SKIP(return, "no ledger");
	ASSERT_EQ(0, ledger_mark("whose-around-before", &before));
	ASSERT_EQ(0, run(stat, OUT, ALL_CAPS));
	ASSERT_EQ(0, ledger_mark("whose-around-after", &after));
	counts_since(&before, &after, &around);
	inside = read_inside();
	exits = read_parts(CSV, "exit", NULL);
	halts = read_parts(CSV, "exit", "hlt");
	ksft_print_msg("ledger: %llu exits between the marks, %llu around\n", inside,
		       counts_total(&around, is_exit));
	EXPECT_EQ(0, exits.wrong + exits.unknown);
	EXPECT_EQ(exits.count, exits.own + exits.idle + exits.others);
	EXPECT_LT(0, inside);
	EXPECT_LE(inside, exits.count);
	EXPECT_GE(counts_total(&around, is_exit), exits.count);
	EXPECT_LT(0, halts.count);
	EXPECT_GE(slack, halts.count - halts.idle);
	EXPECT_LT(halts.idle, exits.idle);
}

static bool file_has(const char *path, const char *text)
{
	FILE *file = fopen(path, "re");
	char line[1024];
	bool has = false;

	while (file && !has && fgets(line, sizeof(line), file))
		has = strstr(line, text);
	if (file)
		fclose(file);
	return has;
}

/* Events go on while a class is off: what came then is nobody's part of the count. */
TEST_LONG(whose, off_and_on)
{
	char script[256];
	const char *const stat[] = { STAT, CSV, "--", "sh", "-c", script, NULL };
	struct parts parts;

	snprintf(script, sizeof(script),
		 "%s --traps; cvmstat set classes auto; %s --traps; cvmstat set classes all",
		 self_path, self_path);
	EXPECT_EQ(0, run(stat, OUT, ALL_CAPS));
	parts = read_parts(CSV, "trap", "cpuid");
	EXPECT_EQ(1, parts.rows);
	EXPECT_EQ(1, parts.unknown);
	EXPECT_LE(CPUIDS, parts.count);
	EXPECT_GT(2 * CPUIDS, parts.count);
	EXPECT_TRUE(file_has(CSV, "counted in a part of the run only"));
	EXPECT_TRUE(file_has(CSV, "not split, as it was counted in a part"));
}

/* A shell's limit is no reason to split nothing. */
TEST_LONG(whose, few_files)
{
	const char *const stat[] = {
		"sh", "-c", "ulimit -n 14; exec cvmstat stat -e none --csv -o " CSV " sleep 1", NULL
	};
	struct parts exits;

	EXPECT_EQ(0, run(stat, OUT, ALL_CAPS));
	exits = read_parts(CSV, "exit", NULL);
	EXPECT_LT(0, exits.rows);
	EXPECT_EQ(0, exits.wrong + exits.unknown);
	EXPECT_FALSE(file_has(CSV, "not all is split"));
}

#define CGROUPS	"/sys/fs/cgroup"

/* Idle CPUs are no task's, and no control group's. */
TEST_LONG(whose, cgroups)
{
	const char *const all[] = { STAT, CSV, "-G", "/", "sleep", "1", NULL };
	const char *const fresh[] = { STAT, CSV, "-G", "fresh", "true", NULL };
	__u64 slack = SLACK * sysconf(_SC_NPROCESSORS_ONLN);
	struct parts halts;
	int status;

	ASSERT_EQ(0, mount("none", CGROUPS, "cgroup2", 0, NULL));
	EXPECT_EQ(0, run(all, OUT, ALL_CAPS));
	halts = read_parts(CSV, "exit", "hlt");
	EXPECT_EQ(0, halts.wrong + halts.unknown);
	EXPECT_LT(0, halts.idle);
	EXPECT_GE(slack, halts.own);
	/* By this one some kernels count from the start, others after a controller's. */
	EXPECT_EQ(0, mkdir(CGROUPS "/fresh", 0755));
	status = run(fresh, OUT, ALL_CAPS);
	ksft_print_msg("a fresh control group: status %d\n", status);
	EXPECT_TRUE(status ? file_has(OUT, "cgroup.subtree_control") :
			     !read_parts(CSV, "exit", NULL).unknown);
	rmdir(CGROUPS "/fresh");
	umount(CGROUPS);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--traps")) {
		cause_traps();
		return 0;
	}
	if (argc > 3 && !strcmp(argv[1], "--marks"))
		return between_marks(argv[2], argv + 3);
	self_path = argv[0];
	module_need();
	return harness(argc, argv);
}
