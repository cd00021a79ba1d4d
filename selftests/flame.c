// SPDX-License-Identifier: GPL-2.0
/*
 * Flame graphs: what the reader says of who came to an exit, and how often, is what
 * a program did; and the picture has the same figures as the stacks.
 *
 * flame --cpuid LEAF N		executes CPUID
 *
 * needs: confidential
 */
#include <cpuid.h>
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "lib/module.h"
#include "lib/perf.h"
#include "lib/run.h"
#include "lib/setting.h"
#include "lib/test.h"

#define READER		"cvmstat"
#define OUT		"/tmp/flame.out"
#define SAID		"/tmp/flame.said"

/* user/base/util.h */
#define STATUS_NOMODULE	122

#define MANY		500
#define STR_OF(x)	#x
#define STR(x)		STR_OF(x)

#define READS		8
#define DD		"dd", "if=/dev/vda", "of=/dev/null", "bs=64k", "count=" STR(READS), \
			"iflag=direct"

/* Looked for by this name. */
static __attribute__((noinline)) void cpuid_loop(unsigned int leaf, int n)
{
	unsigned int a, b, c, d;

	while (n--)
		__cpuid(leaf, a, b, c, d);
}

/**
 * struct stacks - of a kind, in a file of folded stacks
 * @n: events in all lines
 * @with: in those that have a word
 * @whole: and in those that have others as well
 */
struct stacks {
	unsigned long long n;
	unsigned long long with;
	unsigned long long whole;
};

static bool has_all(const char *line, const char *const *words)
{
	for (; *words; words++)
		if (!strstr(line, *words))
			return false;
	return true;
}

static void read_stacks(struct stacks *sum, const char *word, const char *const *others)
{
	FILE *file = fopen(OUT, "re");
	char line[8192], *space;

	memset(sum, 0, sizeof(*sum));
	while (file && fgets(line, sizeof(line), file)) {
		unsigned long long n;

		space = strrchr(line, ' ');
		n = space ? strtoull(space, NULL, 10) : 0;
		sum->n += n;
		if (!strstr(line, word))
			continue;
		sum->with += n;
		if (has_all(line, others))
			sum->whole += n;
		else
			ksft_print_msg("| %s", line);
	}
	if (file)
		fclose(file);
}

/* The end of a title, "...: 1,234 exits, 5 lost", in a file. */
static bool read_title(const char *path, unsigned long long *events, unsigned long long *lost)
{
	char text[4096], *to = text;
	FILE *file = fopen(path, "re");
	const char *at;
	int c;

	while (file && (c = getc(file)) != EOF && to < text + sizeof(text) - 1)
		if (c != ',')
			*to++ = c;
	*to = '\0';
	if (file)
		fclose(file);
	at = strstr(text, " exits ");
	while (at && at > text && at[-1] != ' ')
		at--;
	return at && sscanf(at, "%llu exits %llu lost", events, lost) == 2;
}

FIXTURE(flame) {
	const char *leaf;
};

FIXTURE_SETUP(flame)
{
	if (module_platform() == CVMSTAT_PLATFORM_NONE)
		SKIP(return, "no confidential guest");
	self->leaf = access(PERF_PMU "events/ve-cpuid", F_OK) ? "1" : "0x40000000";
}

FIXTURE_TEARDOWN(flame)
{
}

#define WORDS(...)	((const char *const[]){ __VA_ARGS__, NULL })

/* Its own function, each time, and nobody else's. */
TEST_LONG(flame, program)
{
	unsigned long long events = 0, lost = 0;
	struct stacks stacks;

	ASSERT_EQ(0, run(WORDS(READER, "flame", "--folded", "-o", OUT, "--", "./flame",
			       "--cpuid", self->leaf, STR(MANY)), SAID, ALL_CAPS));
	read_stacks(&stacks, ";cpuid_loop;cpuid: leaf ", WORDS("flame;"));
	ASSERT_TRUE(read_title(SAID, &events, &lost));
	ksft_print_msg("%llu exits, %llu of cpuid_loop(), %llu lost\n", stacks.n, stacks.with,
		       lost);
	EXPECT_EQ(MANY, stacks.whole);
	EXPECT_EQ(0, lost);
	EXPECT_EQ(events, stacks.n);
}

/* One of ten, which of them is chance: a timer's exits are among them. */
TEST_LONG(flame, period)
{
	struct stacks stacks;

	ASSERT_EQ(0, run(WORDS(READER, "flame", "-c", "10", "--folded", "-o", OUT, "--",
			       "./flame", "--cpuid", self->leaf, STR(MANY)), SAID, ALL_CAPS));
	read_stacks(&stacks, ";cpuid_loop;cpuid: leaf ", WORDS("flame;"));
	ksft_print_msg("%llu exits of cpuid_loop()\n", stacks.with);
	EXPECT_EQ(0, stacks.n % 10);
	EXPECT_LE(MANY - MANY / 4, stacks.with);
	EXPECT_GE(MANY + MANY / 4, stacks.with);
}

/* Does a process sleep that has mapped samples? */
static bool waits_for_samples(const char *pid)
{
	char path[sizeof("/proc//maps") + 16], line[512];
	bool mapped = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.16s/maps", pid);
	file = fopen(path, "re");
	while (file && !mapped && fgets(line, sizeof(line), file))
		mapped = strstr(line, "[perf_event]");
	if (file)
		fclose(file);
	snprintf(path, sizeof(path), "/proc/%.16s/stat", pid);
	return mapped && !setting_read(path, line, sizeof(line)) && strstr(line, ") S ");
}

static bool anybody_waits(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	bool found = false;

	while (proc && !found && (entry = readdir(proc)))
		found = isdigit(entry->d_name[0]) && waits_for_samples(entry->d_name);
	if (proc)
		closedir(proc);
	return found;
}

#define LOOKS		5
#define LOOK_US		50000
#define MOST_LOOKS	2400

/* It sleeps when it has enabled its events, and for longer than a moment then only. */
static void wait_for_sampler(void)
{
	unsigned int i, seen = 0;

	for (i = 0; i < MOST_LOOKS && seen < LOOKS; i++) {
		usleep(LOOK_US);
		seen = anybody_waits() ? seen + 1 : 0;
	}
}

/* Of a process that runs already, from then on. */
TEST_LONG(flame, process)
{
	struct stacks stacks;
	char pid[16];
	pid_t other;

	other = fork();
	if (!other) {
		wait_for_sampler();
		cpuid_loop(strtoul(self->leaf, NULL, 0), MANY);
		_exit(0);
	}
	snprintf(pid, sizeof(pid), "%d", other);
	EXPECT_EQ(0, run(WORDS(READER, "flame", "-p", pid, "--folded", "-o", OUT), SAID, ALL_CAPS));
	waitpid(other, NULL, 0);
	read_stacks(&stacks, ";cpuid_loop;cpuid: leaf ", WORDS("flame;"));
	ksft_print_msg("%llu exits, %llu of cpuid_loop()\n", stacks.n, stacks.with);
	EXPECT_EQ(MANY, stacks.whole);
}

/* From the system call by way of the block layer to the device. */
TEST_LONG(flame, disk)
{
	struct stacks stacks;

	if (access("/dev/vda", R_OK))
		SKIP(return, "no disk");
	ASSERT_EQ(0, run(WORDS(READER, "flame", "--folded", "-o", OUT, "--", DD), SAID, ALL_CAPS));
	read_stacks(&stacks, "vp_notify_[k];", WORDS("dd;", "ksys_read_[k];", "vfs_read_[k];",
						     "submit_bio_noacct_nocheck_[k];"));
	ksft_print_msg("%llu exits, %llu notifies, %llu with a whole chain\n", stacks.n,
		       stacks.with, stacks.whole);
	EXPECT_LE(READS, stacks.with);
	EXPECT_EQ(stacks.with, stacks.whole);
}

/* Idle CPUs are there if they are wanted. */
TEST_LONG(flame, idle)
{
	struct stacks without, with;

	ASSERT_EQ(0, run(WORDS(READER, "flame", "-a", "--folded", "-o", OUT, "--", "sleep", "1"),
			 SAID, ALL_CAPS));
	read_stacks(&without, "(idle);", WORDS("(idle);"));
	ASSERT_EQ(0, run(WORDS(READER, "flame", "-a", "--idle", "--folded", "-o", OUT, "--",
			       "sleep", "1"), SAID, ALL_CAPS));
	read_stacks(&with, "(idle);", WORDS("(idle);"));
	ksft_print_msg("%llu exits of idle CPUs, of %llu\n", with.with, with.n);
	EXPECT_EQ(0, without.with);
	EXPECT_LT(0, with.with);
}

/* By what its handlers took: the loop's have it, and each of them takes some time. */
TEST_LONG(flame, time)
{
	struct stacks stacks;
	int ret;

	ret = run(WORDS(READER, "flame", "--by", "time", "--folded", "-o", OUT, "--", "./flame",
			"--cpuid", self->leaf, STR(MANY)), SAID, ALL_CAPS);
	if (ret == STATUS_NOMODULE)
		SKIP(return, "no cvmstat:done");
	ASSERT_EQ(0, ret);
	read_stacks(&stacks, ";cpuid_loop;cpuid", WORDS("flame;"));
	ksft_print_msg("%llu ns, %llu of cpuid_loop()\n", stacks.n, stacks.with);
	EXPECT_LT(MANY, stacks.with);
	EXPECT_LE(stacks.with, stacks.n);
}

/* The picture is whole, and says the same as the reader. */
TEST_LONG(flame, picture)
{
	unsigned long long events[2] = { 0 }, lost[2] = { 0 };
	char last[16] = "";
	int fd;

	ASSERT_EQ(0, run(WORDS(READER, "flame", "-o", OUT, "--", "./flame", "--cpuid",
			       self->leaf, STR(MANY)), SAID, ALL_CAPS));
	ASSERT_TRUE(read_title(SAID, &events[0], &lost[0]));
	ASSERT_TRUE(read_title(OUT, &events[1], &lost[1]));
	EXPECT_EQ(events[0], events[1]);
	EXPECT_EQ(lost[0], lost[1]);
	EXPECT_LE(MANY, events[0]);
	fd = open(OUT, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_LT(0, lseek(fd, -7, SEEK_END));
	EXPECT_EQ(7, read(fd, last, sizeof(last)));
	EXPECT_STREQ("</svg>\n", last);
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "--cpuid")) {
		cpuid_loop(strtoul(argv[2], NULL, 0), atoi(argv[3]));
		return 0;
	}
	module_need();
	return harness(argc, argv);
}
