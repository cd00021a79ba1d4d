// SPDX-License-Identifier: GPL-2.0
/*
 * The reader: what it prints of a disk's reads lies between what the ledger
 * says of dd itself and what it says of the whole invocation, for every class,
 * reason, detail and direction; and bad days.
 *
 * reader --inner FILE COMMAND...	runs COMMAND between two marks, and writes
 *				what the ledger says of it to FILE
 * reader --traps		executes CPUID
 * reader --reload		unloads the module, and loads it again
 *
 * needs: confidential
 */
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/cvmstat.h>
#include <linux/cvmstat_codes.h>

#include "lib/caps.h"
#include "lib/ledger.h"
#include "lib/module.h"
#include "lib/run.h"
#include "lib/test.h"

#define READER		"cvmstat"
#define INNER		"/tmp/reader.inner"
#define CSV		"/tmp/reader.csv"
#define OUT		"/tmp/reader.out"

/* user/base/util.h */
#define STATUS_PERM	121
#define STATUS_NOMODULE	122

#define STR_OF(x)	#x
#define STR(x)		STR_OF(x)

#define DISK		"/dev/vda"
#define DD		"dd", "if=" DISK, "of=/dev/null", "bs=1M", "count=32", "iflag=direct"

/* What the last command printed. */
static const char *output(void)
{
	static char buf[32768];
	int fd = open(OUT, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? 0 : read(fd, buf, sizeof(buf) - 1);

	buf[got > 0 ? got : 0] = '\0';
	close(fd);
	return buf;
}

static void show_output(void)
{
	const char *at = output();

	while (*at) {
		int len = strcspn(at, "\n");

		ksft_print_msg("| %.*s\n", len, at);
		at += len + (at[len] == '\n');
	}
}

static int between_marks(char **argv)
{
	struct counts before, after, diff;
	FILE *f;
	size_t i;
	int status;

	if (ledger_mark("reader-inner-before", &before))
		return 98;
	status = run((const char *const *)argv + 3, OUT, ALL_CAPS);
	if (ledger_mark("reader-inner-after", &after))
		return 98;
	counts_since(&before, &after, &diff);
	f = fopen(argv[2], "w");
	if (!f)
		return 98;
	for (i = 0; i < diff.n; i++)
		fprintf(f, "%s %llx %s %c %llu\n", diff.v[i].class,
			(unsigned long long)diff.v[i].code, diff.v[i].detail,
			diff.v[i].op, (unsigned long long)diff.v[i].n);
	return fclose(f) ? 98 : status;
}

static int read_inner(struct counts *counts)
{
	FILE *f = fopen(INNER, "r");
	unsigned long long code, n;
	struct count count;

	memset(counts, 0, sizeof(*counts));
	if (!f)
		return -errno;
	while (fscanf(f, "%15s %llx %23s %c %llu", count.class, &code,
		      count.detail, &count.op, &n) == 5) {
		count.code = code;
		count.n = n;
		counts_add(counts, &count);
	}
	fclose(f);
	counts_sort(counts);
	return 0;
}

/* Columns of the reader's CSV, user/JSON.md. */
enum column {
	COL_TIME, COL_KIND, COL_CLASS, COL_CODE, COL_REASON, COL_OP,
	COL_DETAIL, COL_NAME, COL_CPU, COL_COUNT, COLUMNS,
};

/* Cuts one line in place; RFC 4180, but for quotes inside of quotes. */
static bool cut(char *line, char *col[COLUMNS])
{
	int i;

	for (i = 0; i < COLUMNS; i++) {
		col[i] = line;
		if (*line == '"') {
			col[i] = ++line;
			line += strcspn(line, "\"");
			*line++ = '\0';
		}
		line += strcspn(line, ",\n");
		if (!*line)
			return i == COLUMNS - 1;
		*line++ = '\0';
	}
	return true;
}

struct csv {
	struct counts counts;
	unsigned int rows;
	bool virtio;
	bool apic;
};

/* A reason's total, in the place of its detail. */
#define TOTAL	"total"

static void add_row(struct csv *csv, char *const *col)
{
	struct count count = { .detail = TOTAL, .op = '-' };

	snprintf(count.class, sizeof(count.class), "%s", col[COL_CLASS]);
	count.code = strtoull(col[COL_CODE], NULL, 0);
	count.n = strtoull(col[COL_COUNT], NULL, 10);
	csv->rows++;
	if (*col[COL_DETAIL]) {
		snprintf(count.detail, sizeof(count.detail), "%s",
			 col[COL_DETAIL]);
		count.op = *col[COL_OP] ?: '-';
	}
	counts_add(&csv->counts, &count);
	if (strstr(col[COL_NAME], "virtio"))
		csv->virtio = true;
	if (strstr(col[COL_NAME], "APIC") ||
	    strstr(col[COL_NAME], "TSC_DEADLINE"))
		csv->apic = true;
}

/*
 * The ledger in the reader's terms: totals of reasons. An event without a
 * detail is in them alone.
 */
static void add_totals(struct counts *counts)
{
	size_t i, n = counts->n;

	for (i = 0; i < n; i++) {
		struct count count = counts->v[i];

		snprintf(count.detail, sizeof(count.detail), TOTAL);
		count.op = '-';
		if (strcmp(counts->v[i].detail, "-"))
			counts_add(counts, &count);
		else
			counts->v[i] = count;
	}
	counts_sort(counts);
}

static int read_csv(struct csv *csv)
{
	FILE *f = fopen(CSV, "r");
	char line[1024], *col[COLUMNS];

	memset(csv, 0, sizeof(*csv));
	if (!f)
		return -errno;
	/* The titles. */
	if (!fgets(line, sizeof(line), f))
		line[0] = '\0';
	while (fgets(line, sizeof(line), f))
		if (cut(line, col))
			add_row(csv, col);
	fclose(f);
	counts_sort(&csv->counts);
	return 0;
}

/* Keys of the first for which low <= middle <= high does not hold. */
static unsigned int off_bounds(const struct counts *keys,
			       const struct counts *low,
			       const struct counts *middle,
			       const struct counts *high)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < keys->n; i++) {
		const struct count *key = &keys->v[i];
		__u64 l = counts_value(low, key), m = counts_value(middle, key);
		__u64 h = counts_value(high, key);

		if (l <= m && m <= h)
			continue;
		n++;
		ksft_print_msg("%s: dd %llu, reader %llu, outside %llu\n",
			       count_name(key), l, m, h);
	}
	return n;
}

static bool is_total(const struct count *count)
{
	return !strcmp(count->detail, TOTAL);
}

static __u64 sum_of_details(const struct counts *counts,
			    const struct count *reason)
{
	__u64 n = 0;
	size_t i;

	for (i = 0; i < counts->n; i++)
		if (!strcmp(counts->v[i].class, reason->class) &&
		    counts->v[i].code == reason->code &&
		    !is_total(&counts->v[i]))
			n += counts->v[i].n;
	return n;
}

/*
 * The reader takes reasons and details one after the other, so that they may
 * differ by what happened in between: by no more than all that happened
 * outside of dd. Returns reasons that differ by more.
 */
static unsigned int not_added_up(const struct counts *seen,
				 const struct counts *dd,
				 const struct counts *whole)
{
	unsigned int wrong = 0;
	size_t i;

	for (i = 0; i < seen->n; i++) {
		const struct count *reason = &seen->v[i];
		__u64 sum = sum_of_details(seen, reason);
		__u64 around = counts_value(whole, reason) - counts_value(dd, reason);

		if (!is_total(reason) || !sum)
			continue;
		if (sum != reason->n)
			ksft_print_msg("%s: %llu, of its details %llu; %llu around dd\n",
				       count_name(reason), reason->n, sum,
				       around);
		if (sum > reason->n + around || reason->n > sum + around)
			wrong++;
	}
	return wrong;
}

/* This test, as other programs run it. */
static const char *self_path;

FIXTURE(reader) {
	bool confidential;
	bool with_disk;		/* and a ledger to compare with */
};

FIXTURE_SETUP(reader)
{
	self->confidential = module_platform() != CVMSTAT_PLATFORM_NONE;
	self->with_disk = self->confidential && !access(DISK, R_OK) &&
			  ledger_present();
}

FIXTURE_TEARDOWN(reader)
{
}

/* stat -d of dd, which itself takes marks, between marks. */
TEST_LONG(reader, agrees_with_the_ledger)
{
	const char *const argv[] = {
		READER, "stat", "-d", "--csv", "-o", CSV, "--", self_path,
		"--inner", INNER, DD, NULL
	};
	struct counts before, after, whole, dd;
	struct csv csv;

	if (!self->with_disk)
		SKIP(return, "no ledger, or no " DISK);
	ASSERT_EQ(0, ledger_mark("reader-before", &before));
	ASSERT_EQ(0, run(argv, OUT, ALL_CAPS)) show_output();
	ASSERT_EQ(0, ledger_mark("reader-after", &after));
	ASSERT_EQ(0, read_csv(&csv));
	ASSERT_EQ(0, read_inner(&dd));
	counts_since(&before, &after, &whole);
	add_totals(&whole);
	add_totals(&dd);
	ksft_print_msg("events: dd %llu, reader %llu in %u rows, whole invocation %llu\n",
		       counts_total(&dd, is_total), counts_total(&csv.counts, is_total),
		       csv.rows, counts_total(&whole, is_total));
	EXPECT_EQ(0, off_bounds(&dd, &dd, &csv.counts, &whole));
	EXPECT_EQ(0, off_bounds(&csv.counts, &dd, &csv.counts, &whole));
	EXPECT_EQ(0, not_added_up(&csv.counts, &dd, &whole));
	EXPECT_TRUE(csv.virtio) TH_LOG("the virtio device has no name");
	EXPECT_TRUE(csv.apic) TH_LOG("the APIC's registers have no names");
}

#define SECONDS		3
#define STEP_MS		100
#define READINGS	(SECONDS * 1000 / STEP_MS)
/* Of each reading, for each CPU: IPIs of its wakeups, three exits each by MMIO. */
#define EXITS_A_READING	16
/* PREEMPT_RT has timers and softirqs in threads, which are woken first. */
#define EXITS_A_READING_RT 26

/*
 * A tick of a CPU that has more than one task wakes an idle one, to balance, and one
 * that RCU waits for. On a machine that gives guests little time it is each tenth or
 * twentieth.
 */
#define TICKS_A_WAKEUP	10
#define EXITS_A_WAKEUP	3

/* TMICT, TSC_DEADLINE, TMICT in x2APIC mode. */
static bool sets_timer(const struct count *count)
{
	return !strcmp(count->detail, "0xfee00380") || !strcmp(count->detail, "0x6e0") ||
	       !strcmp(count->detail, "0x838");
}

/* EOI. */
static bool ends_interrupt(const struct count *count)
{
	return !strcmp(count->detail, "0xfee000b0") || !strcmp(count->detail, "0x80b");
}

/*
 * Setting a timer, ending its interrupt, and the halt behind it: a CPU that is busy
 * for longer ticks more often, and how long a reading takes is the emulated
 * machine's speed.
 */
static bool is_tick(const struct count *count)
{
	return sets_timer(count) || ends_interrupt(count) || count_is_halt(count);
}

static bool leaves_guest(const struct count *count)
{
	return strcmp(count->class, "vc") && strcmp(count->class, "ve") &&
	       strcmp(count->class, "tdcall") && strcmp(count->class, "svsm");
}

static bool is_exit(const struct count *count)
{
	return leaves_guest(count) && !is_tick(count);
}

static bool is_timer(const struct count *count)
{
	return leaves_guest(count) && sets_timer(count);
}

/* What tests have printed goes out through the serial port when it has time. */
static bool is_console(const struct count *count)
{
	unsigned long port = strtoul(count->detail, NULL, 0);

	return port >= 0x3f8 && port < 0x400;
}

static bool is_io(const struct count *count)
{
	if (is_console(count))
		return false;
	return (!strcmp(count->class, "vmgexit") && count->code == CVMSTAT_SVM_IOIO) ||
	       (!strcmp(count->class, "tdvmcall") && count->code == CVMSTAT_TDVMCALL_IO);
}

/* What is between the marks of a sleep: without a reader, or with one that reads meanwhile. */
static int sleep_inside(const char *const *with, struct counts *counts)
{
	const char *const sleep[] = {
		self_path, "--inner", INNER, "sleep", STR(SECONDS), NULL
	};
	const char *argv[32];
	size_t n = 0, i;

	for (i = 0; with[i]; i++)
		argv[n++] = with[i];
	for (i = 0; sleep[i]; i++)
		argv[n++] = sleep[i];
	argv[n] = NULL;
	return run(argv, OUT, ALL_CAPS) ?: read_inner(counts);
}

/* What the readings added, for who wonders about their sum. */
static void show_added(const struct counts *without, const struct counts *with)
{
	size_t i;

	for (i = 0; i < with->n; i++)
		if (with->v[i].n > counts_value(without, &with->v[i]) + READINGS / 2)
			ksft_print_msg("%s: %llu, with readings %llu\n", count_name(&with->v[i]),
				       counts_value(without, &with->v[i]), with->v[i].n);
}

/* Its readings are in the window that it reads: they are few, and no I/O. */
TEST_LONG(reader, own_exits)
{
	const char *const none[] = { NULL };
	const char *const stat[] = {
		READER, "stat", "-d", "--no-split", "-I", STR(STEP_MS), "-o",
		"/tmp/reader.intervals", "--", NULL
	};
	struct counts without, with;
	__u64 exits, control, bound;
	__s64 ticks;

	if (!self->with_disk)
		SKIP(return, "no ledger, or no " DISK);
	bound = READINGS * sysconf(_SC_NPROCESSORS_ONLN) *
		(access("/sys/kernel/realtime", F_OK) ? EXITS_A_READING : EXITS_A_READING_RT);
	ASSERT_EQ(0, sleep_inside(none, &without)) show_output();
	ASSERT_EQ(0, sleep_inside(stat, &with)) show_output();
	control = counts_total(&without, is_exit);
	exits = counts_total(&with, is_exit);
	ticks = (__s64)(counts_total(&with, is_timer) - counts_total(&without, is_timer));
	if (ticks > 0)
		bound += ticks * EXITS_A_WAKEUP / TICKS_A_WAKEUP;
	ksft_print_msg("exits but ticks' of %u s: %llu, with %u readings %llu (%lld more ticks)\n",
		       SECONDS, control, READINGS, exits, ticks);
	ksft_print_msg("I/O %llu, %llu\n", counts_total(&without, is_io),
		       counts_total(&with, is_io));
	show_added(&without, &with);
	EXPECT_LE(exits, control + bound);
	EXPECT_LE(counts_total(&with, is_io), counts_total(&without, is_io));
}

static int whole_run(const char *const *argv, struct counts *counts)
{
	struct counts before, after;
	int err;

	err = ledger_mark("start-before", &before) ?: run(argv, OUT, ALL_CAPS) ?:
	      ledger_mark("start-after", &after);
	if (!err)
		counts_since(&before, &after, counts);
	return err;
}

/* What names need of configuration space is known from the first start on. */
TEST_LONG(reader, starts_without_io)
{
	const char *const none[] = { "true", NULL };
	const char *const stat[] = { READER, "stat", "-o", "/dev/null", "true", NULL };
	struct counts control, first, second;

	if (!self->with_disk)
		SKIP(return, "no ledger, or no " DISK);
	mkdir("/run", 0755);
	ASSERT_EQ(0, whole_run(none, &control)) show_output();
	ASSERT_EQ(0, whole_run(stat, &first)) show_output();
	ASSERT_EQ(0, whole_run(stat, &second)) show_output();
	ksft_print_msg("I/O: without a reader %llu, of the first %llu, of the second %llu\n",
		       counts_total(&control, is_io), counts_total(&first, is_io),
		       counts_total(&second, is_io));
	EXPECT_LE(counts_total(&second, is_io), counts_total(&control, is_io));
}

/* The table names the device and has a total. */
TEST_LONG(reader, table)
{
	const char *const argv[] = { READER, "stat", "-d", "--", DD, NULL };

	if (!self->with_disk)
		SKIP(return, "no ledger, or no " DISK);
	EXPECT_EQ(0, run(argv, OUT, ALL_CAPS));
	show_output();
	EXPECT_NE(NULL, strstr(output(), "virtio"));
	EXPECT_NE(NULL, strstr(output(), " total "));
}

/* Where the kernel has no such function, nothing of it is missing. */
TEST_LONG(reader, nothing_missing)
{
	const char *const stat[] = { READER, "stat", "true", NULL };
	const char *const info[] = { READER, "info", NULL };

	EXPECT_EQ(0, run(stat, OUT, ALL_CAPS)) show_output();
	EXPECT_EQ(NULL, strstr(output(), "rtmr-extend")) show_output();
	EXPECT_EQ(0, run(info, OUT, ALL_CAPS)) show_output();
	EXPECT_TRUE(module_platform() != CVMSTAT_PLATFORM_TDX ||
		    strstr(output(), "rtmr-extend")) show_output();
}

/* A leaf that every platform's guest traps on. */
#define HYPERVISOR_LEAF	0x40000000
#define CPUIDS		1000

/* Its name is looked for. */
__attribute__((noinline)) void reader_traps(void)
{
	unsigned int a, b, c, d, i;

	for (i = 0; i < CPUIDS; i++)
		__cpuid_count(HYPERVISOR_LEAF, 0, a, b, c, d);
}

/* The process is over when its code is named. */
TEST_LONG(reader, symbols)
{
	const char *const on[] = { READER, "set", "rips", "on", NULL };
	const char *const off[] = { READER, "set", "rips", "off", NULL };
	const char *const rips[] = { READER, "rips", "--", self_path, "--traps", NULL };

	if (!self->confidential)
		SKIP(return, "nothing traps");
	EXPECT_EQ(0, run(on, OUT, ALL_CAPS)) show_output();
	EXPECT_EQ(0, run(rips, OUT, ALL_CAPS)) show_output();
	EXPECT_NE(NULL, strstr(output(), "reader_traps+0x")) show_output();
	EXPECT_NE(NULL, strstr(output(), "(reader)")) show_output();
	run(off, OUT, ALL_CAPS);
}

TEST_LONG(reader, workloads_status)
{
	const char *const argv[] = {
		READER, "stat", "-o", "/dev/null", "--", "sh", "-c", "exit 7",
		NULL
	};

	EXPECT_EQ(7, run(argv, OUT, ALL_CAPS));
}

/* Of user nobody, who has one capability or none: the reader says which it wants. */
TEST_LONG(reader, permission)
{
	static const char *const stat[] = { READER, "stat", "--", "true", NULL };
	static const char *const set[] = { READER, "set", "rips", "off", NULL };

	EXPECT_EQ(STATUS_PERM, run(stat, OUT, CAP_NET_ADMIN));
	EXPECT_NE(NULL, strstr(output(), "CAP_PERFMON"));
	EXPECT_EQ(0, run(stat, OUT, CAP_PERFMON));
	EXPECT_EQ(STATUS_PERM, run(set, OUT, CAP_PERFMON));
	EXPECT_NE(NULL, strstr(output(), "CAP_NET_ADMIN"));
}

/* The program in PATH, by its whole name; "" if it is not there. */
static const char *find_reader(void)
{
	static char path[256];
	char *dirs = strdup(getenv("PATH") ?: ""), *rest = dirs, *dir;

	while ((dir = strsep(&rest, ":"))) {
		snprintf(path, sizeof(path), "%s/" READER, dir);
		if (!access(path, X_OK))
			break;
		path[0] = '\0';
	}
	free(dirs);
	return path;
}

static int copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	ssize_t got = -1;
	char buf[65536];

	while (in >= 0 && out >= 0 && (got = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, got) != got)
			got = -1;
	close(in);
	close(out);
	return got ? -1 : 0;
}

#define FOLDER		"/tmp/reader.caps"
#define COPY		FOLDER "/" READER

/* Nobody runs a reader that has the capability itself. */
TEST_LONG(reader, file_capability)
{
	const char *const stat[] = { COPY, "stat", "--", "true", NULL };

	mkdir(FOLDER, 0755);
	if (mount("none", FOLDER, "tmpfs", 0, "mode=0755") ||
	    copy_file(find_reader(), COPY))
		SKIP(return, "no place for a copy: %m");
	EXPECT_EQ(STATUS_PERM, run(stat, OUT, -1));
	if (give_capability(COPY, CAP_PERFMON))
		SKIP(goto out, "no file capabilities");
	EXPECT_EQ(0, run(stat, OUT, -1));
out:
	umount(FOLDER);
	rmdir(FOLDER);
}

/* It says so, what this guest is, and how to load it, if it is installed here. */
/* Its family has another number afterwards; the figures are those since. */
TEST_LONG(reader, reloaded)
{
	const char *const argv[] = {
		READER, "stat", "--no-split", "-e", "none", "--", self_path, "--reload", NULL
	};

	EXPECT_EQ(0, run(argv, OUT, ALL_CAPS)) show_output();
	EXPECT_NE(NULL, strstr(output(), "the module was reloaded during the run")) show_output();
	EXPECT_NE(NULL, strstr(output(), " total ")) show_output();
	module_need();
}

TEST_LONG(reader, without_the_module)
{
	static const char *const names[] = {
		[CVMSTAT_PLATFORM_NONE] = "not a confidential guest",
		[CVMSTAT_PLATFORM_SEV_ES] = "SEV-ES",
		[CVMSTAT_PLATFORM_SNP] = "SEV-SNP", [CVMSTAT_PLATFORM_TDX] = "TDX",
	};
	const char *const argv[] = { READER, "stat", "--", "true", NULL };
	bool installed = !system("modprobe -n -q cvmstat");
	int platform = module_platform(), ret = module_unload("cvmstat");

	if (ret)
		SKIP(return, "the module is in use: %s", strerror(-ret));
	EXPECT_EQ(STATUS_NOMODULE, run(argv, OUT, ALL_CAPS));
	EXPECT_NE(NULL, strstr(output(), "not loaded"));
	EXPECT_NE(NULL, strstr(output(), installed ? "modprobe cvmstat" : "install cvmstat-dkms"));
	EXPECT_NE(NULL, strstr(output(), names[platform]));
	module_need();
}

int main(int argc, char **argv)
{
	const char *const version[] = { READER, "--version", NULL };

	if (argc > 3 && !strcmp(argv[1], "--inner"))
		return between_marks(argv);
	if (argc > 1 && !strcmp(argv[1], "--traps")) {
		reader_traps();
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "--reload"))
		return module_unload("cvmstat") || module_load("cvmstat", "");
	self_path = argv[0];
	module_need();
	if (run(version, OUT, ALL_CAPS))
		ksft_exit_skip("there is no " READER " in PATH\n");
	return harness(argc, argv);
}
