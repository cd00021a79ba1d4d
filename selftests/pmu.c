// SPDX-License-Identifier: GPL-2.0
/*
 * The PMU: each task, CPU and cgroup gets the events that are its own, to the
 * last one.
 *
 * pmu [-n CYCLES]	loads and unloads with an event open
 *
 * needs: confidential
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/cvmstat.h>
#include <linux/cvmstat_codes.h>

#include "cause/user.h"
#include "lib/caps.h"
#include "lib/hotplug.h"
#include "lib/ledger.h"
#include "lib/module.h"
#include "lib/perf.h"
#include "lib/run.h"
#include "lib/setting.h"
#include "lib/storm.h"
#include "lib/test.h"

#define MAX_CPUS	64

static unsigned long cycles = 5;

/* A CPUID that not only traps but exits, and what it is here. */
static struct user_env env;
static const char *trap_name, *exit_name, *trap_class, *exit_class;

static void cause(unsigned int times)
{
	const struct user_cause *cpuid = user_cause_find(user_causes, "cpuid");

	while (times--)
		cpuid->once(&env);
}

/**
 * struct worker - a process that causes something when told to
 * @pid: its own
 * @go: where a byte tells it
 */
struct worker {
	pid_t pid;
	int go;
};

/* Waits, changes turns with others of its CPU, and ends. */
static void work(int go, int cpu, unsigned int times)
{
	unsigned int i;
	char byte;

	if (cpu >= 0 && stay_on(cpu))
		_exit(1);
	if (read(go, &byte, 1) != 1)
		_exit(1);
	for (i = 0; i < times; i++) {
		cause(1);
		if (i % 7 == 0)
			sched_yield();
	}
	_exit(0);
}

static int worker_start(struct worker *worker, int cpu, unsigned int times)
{
	int pipe_fd[2];

	if (pipe2(pipe_fd, O_CLOEXEC))
		return -errno;
	worker->pid = fork();
	if (!worker->pid) {
		close(pipe_fd[1]);
		work(pipe_fd[0], cpu, times);
	}
	close(pipe_fd[0]);
	worker->go = pipe_fd[1];
	return worker->pid < 0 ? -errno : 0;
}

static bool workers_go(const struct worker *worker, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (write(worker[i].go, "", 1) != 1)
			return false;
	return true;
}

/* Its status, or -errno. */
static int worker_end(const struct worker *worker)
{
	int status;

	close(worker->go);
	if (waitpid(worker->pid, &status, 0) != worker->pid)
		return -errno;
	return status;
}

FIXTURE(pmu) {
	int log;
	struct perf_event_attr trap;	/* the marked one, of user mode */
	struct perf_event_attr exit;
};

FIXTURE_SETUP(pmu)
{
	self->log = kmsg_open();
	ASSERT_EQ(0, perf_named(trap_name, &self->trap));
	ASSERT_EQ(0, perf_named(exit_name, &self->exit));
	self->trap.exclude_kernel = 1;
	self->exit.exclude_kernel = 1;
}

FIXTURE_TEARDOWN(pmu)
{
	EXPECT_TRUE(kmsg_clean(self->log));
	close(self->log);
}

static void try_one(const char *name, void *failed)
{
	static const char *const units[] = {
		"counted", "inferred", "estimated", "incomplete", "ns",
	};
	struct perf_event_attr attr;
	char unit[32] = "";
	size_t i, known = 0;
	int fd, ret;

	ret = perf_named(name, &attr) ?: perf_unit(name, unit);
	fd = ret ?: perf_open(&attr, -1, 0, 0);
	for (i = 0; i < ARRAY_SIZE(units); i++)
		known += !strcmp(unit, units[i]);
	if (fd >= 0 && known == 1) {
		close(fd);
		return;
	}
	ksft_print_msg("%s (%s): %s\n", name, unit, strerror(fd < 0 ? -fd : 0));
	++*(int *)failed;
}

/* All that have a name can be opened, and say how they come to be. */
TEST_F(pmu, names)
{
	int failed = 0, n = perf_each(try_one, &failed);

	ksft_print_msg("%d events\n", n);
	EXPECT_LT(20, n);
	EXPECT_EQ(0, failed);
}

/* What means nothing, and what this guest does not count. */
TEST_F(pmu, refusals)
{
	const bool tdx = module_platform() == CVMSTAT_PLATFORM_TDX;
	const struct {
		__u64 config, code;
		int ret;
	} wrong[] = {
		{ 0xff, 0, -EINVAL },
		{ 0x8000 << 8, 0, -EINVAL },
		{ 1ULL << 28, 0, -EINVAL },
		{ 2ULL << 24, 0, -EINVAL },
		{ 1ULL << 24 | CVMSTAT_CLASS_VMGEXIT, 0, -EINVAL },
		{ 0x3 << 8 | 1, 0, -EINVAL },
		{ 0x3 << 8, 1, -EINVAL },
		{ CVMSTAT_CLASS_AUTO, CVMSTAT_SVM_INTR, -EOPNOTSUPP },
		{ CVMSTAT_CLASS_VC, CVMSTAT_SVM_HLT, -EOPNOTSUPP },
		{ CVMSTAT_CLASS_VC, 0x12345, -EOPNOTSUPP },
		{ tdx ? CVMSTAT_CLASS_VC : CVMSTAT_CLASS_VE, 10, -EOPNOTSUPP },
		{ (tdx ? CVMSTAT_CLASSES_VC : CVMSTAT_CLASSES_VE) << 8, 0, -EOPNOTSUPP },
	};
	struct perf_event_attr attr = self->trap;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		attr.config = wrong[i].config;
		attr.config1 = wrong[i].code;
		EXPECT_EQ(wrong[i].ret, perf_open(&attr, 0, -1, 0))
			TH_LOG("config %llx, %llx", attr.config, attr.config1);
	}
	attr = self->trap;
	attr.sample_period = 1;
	EXPECT_EQ(-EOPNOTSUPP, perf_open(&attr, 0, -1, 0));
	attr = self->trap;
	attr.exclude_idle = 1;
	EXPECT_EQ(-EINVAL, perf_open(&attr, 0, -1, 0));
}

#define N	3000
#define M	1234

/* Two programs on one CPU that take turns, and one that does nothing. */
TEST_F(pmu, tasks)
{
	static const unsigned int times[] = { N, M, 0 };
	struct worker worker[ARRAY_SIZE(times)];
	int trap[ARRAY_SIZE(times)], exits[ARRAY_SIZE(times)], cpu;
	__u64 sum = 0;
	size_t i;

	cpu = perf_open(&self->trap, -1, 0, 0);
	ASSERT_LE(0, cpu);
	for (i = 0; i < ARRAY_SIZE(times); i++) {
		ASSERT_EQ(0, worker_start(&worker[i], 0, times[i]));
		trap[i] = perf_open(&self->trap, worker[i].pid, -1, 0);
		exits[i] = perf_open(&self->exit, worker[i].pid, -1, 0);
		ASSERT_LE(0, trap[i]);
		ASSERT_LE(0, exits[i]);
	}
	ASSERT_TRUE(workers_go(worker, ARRAY_SIZE(times)));
	for (i = 0; i < ARRAY_SIZE(times); i++) {
		EXPECT_EQ(0, worker_end(&worker[i]));
		EXPECT_EQ(times[i], perf_value(trap[i]));
		EXPECT_EQ(times[i], perf_value(exits[i]));
		sum += perf_value(trap[i]);
	}
	EXPECT_EQ(sum, perf_value(cpu));
}

/* The modes are told apart, and come to the whole. */
TEST_F(pmu, modes)
{
	struct perf_event_attr attr = self->trap;
	int user, kernel, both;

	user = perf_open(&attr, 0, -1, 0);
	attr.exclude_user = 1;
	attr.exclude_kernel = 0;
	kernel = perf_open(&attr, 0, -1, 0);
	attr.exclude_user = 0;
	both = perf_open(&attr, 0, -1, 0);
	ASSERT_LE(0, user);
	ASSERT_LE(0, kernel);
	ASSERT_LE(0, both);
	cause(N);
	EXPECT_EQ(N, perf_value(user));
	EXPECT_EQ(0, perf_value(kernel));
	EXPECT_EQ(N, perf_value(both));
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/* The time of a task's own handlers: not of others, and no more than there was. */
TEST_F(pmu, times)
{
	const char *name = trap_class[1] == 'c' ? "vc-cpuid-time" : "ve-cpuid-time";
	struct perf_event_attr attr;
	struct worker other;
	int mine, others;
	double took;

	ASSERT_EQ(0, perf_named(name, &attr));
	ASSERT_EQ(0, worker_start(&other, 0, 0));
	mine = perf_open(&attr, 0, -1, 0);
	others = perf_open(&attr, other.pid, -1, 0);
	ASSERT_LE(0, mine);
	ASSERT_LE(0, others);
	cause(10);
	took = now_ns();
	cause(N);
	took = now_ns() - took;
	ksft_print_msg("%.0f ns of %.0f\n", perf_value(mine) * perf_scale(name), took);
	EXPECT_LT(perf_value(mine) * perf_scale(name), took * (N + 10) / N);
	EXPECT_GT(perf_value(mine) * perf_scale(name), took / 20);
	ASSERT_TRUE(workers_go(&other, 1));
	EXPECT_EQ(0, worker_end(&other));
	EXPECT_EQ(0, perf_value(others));
}

#define FORKS	200
#define EACH	3

static void fork_and_cause(void)
{
	unsigned int i;

	for (i = 0; i < FORKS; i++) {
		pid_t pid = fork();

		if (!pid) {
			cause(EACH);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
}

/* Children's are their parent's, if it wants them. */
TEST_LONG(pmu, forks)
{
	struct perf_event_attr attr = self->trap;
	int alone, family;

	alone = perf_open(&attr, 0, -1, 0);
	attr.inherit = 1;
	family = perf_open(&attr, 0, -1, 0);
	ASSERT_LE(0, alone);
	ASSERT_LE(0, family);
	fork_and_cause();
	cause(EACH);
	EXPECT_EQ(EACH, perf_value(alone));
	EXPECT_EQ((FORKS + 1) * EACH, perf_value(family));
}

#define MANY	1000

static int allow_files(rlim_t n)
{
	struct rlimit limit = { n, n };

	return setrlimit(RLIMIT_NOFILE, &limit) ? -errno : 0;
}

TEST_LONG(pmu, many)
{
	unsigned int i, wrong = 0;
	int fd[MANY];

	ASSERT_EQ(0, allow_files(MANY + 64));
	for (i = 0; i < MANY; i++) {
		fd[i] = perf_open(i % 2 ? &self->trap : &self->exit, 0, -1, 0);
		ASSERT_LE(0, fd[i]);
	}
	for (i = 0; i < 10; i++) {
		cause(5);
		sched_yield();
	}
	for (i = 0; i < MANY; i++) {
		wrong += perf_value(fd[i]) != 50;
		close(fd[i]);
	}
	EXPECT_EQ(0, wrong);
}

/* Opened, closed, and opened again before the totals are let go. */
TEST_F(pmu, again)
{
	static const unsigned int pauses[] = { 0, 900000, 1000000, 1100000, 0 };
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(pauses); i++) {
		fd = perf_open(&self->trap, 0, -1, 0);
		ASSERT_LE(0, fd);
		cause(10);
		EXPECT_EQ(10, perf_value(fd));
		close(fd);
		usleep(pauses[i]);
	}
}

static const char *const trap_classes[] = { "vc", "ve" };
static const char *const exit_classes[] = { "vmgexit", "tdvmcall" };

static bool is_trap(const struct count *count)
{
	return !strcmp(count->class, trap_classes[0]) ||
	       !strcmp(count->class, trap_classes[1]);
}

static bool is_exit(const struct count *count)
{
	return !strcmp(count->class, exit_classes[0]) ||
	       !strcmp(count->class, exit_classes[1]);
}

/**
 * struct wide - a class on all CPUs, and what the ledger has of it
 * @which: tells it in the ledger
 * @fd: by CPU
 * @before: outside and inside of the first mark
 * @after: inside and outside of the second
 * @ledger: between the marks
 */
struct wide {
	bool (*which)(const struct count *count);
	int fd[MAX_CPUS];
	__u64 before[2];
	__u64 after[2];
	__u64 ledger;
};

static int wide_open(struct wide *wide, const char *class, int cpus)
{
	struct perf_event_attr attr;
	int cpu, ret;

	ret = perf_named(class, &attr);
	for (cpu = 0; cpu < cpus && ret >= 0; cpu++) {
		ret = perf_open(&attr, -1, cpu, 0);
		wide->fd[cpu] = ret;
	}
	return ret < 0 ? ret : 0;
}

/* What the ledger has is no less than what perf has inside of the marks. */
static bool wide_agrees(const struct wide *wide, const char *class)
{
	__u64 inside = wide->after[0] - wide->before[1];
	__u64 outside = wide->after[1] - wide->before[0];
	bool agrees = inside <= wide->ledger && wide->ledger <= outside;

	ksft_print_msg("%s: ledger %llu, perf %llu to %llu\n", class, wide->ledger,
		       inside, outside);
	return agrees && outside - inside < wide->ledger / 10 + 100;
}

static void read_all(struct wide *wide, int cpus, bool after, int outside)
{
	int i;

	for (i = 0; i < 2; i++) {
		__u64 *values = after ? wide[i].after : wide[i].before;

		values[outside] = perf_sum(wide[i].fd, cpus);
	}
}

/*
 * A mark takes its time, and CPUs tick meanwhile: a storm has to be much more than
 * that, and how long it takes depends on the machine.
 */
#define MUCH		40
#define PATIENCE	120

static void outweigh_marks(const struct wide *wide, int cpus)
{
	__u64 of_mark = wide->before[1] - wide->before[0];
	int left;

	for (left = PATIENCE; left && perf_sum(wide->fd, cpus) - wide->before[1] < MUCH * of_mark;
	     left--)
		sleep(1);
}

/* The machine as a whole, over a storm on all CPUs, from quiet to quiet. */
TEST_LONG(pmu, ledger)
{
	int cpus = sysconf(_SC_NPROCESSORS_ONLN), i;
	struct wide wide[] = { { .which = is_trap }, { .which = is_exit } };
	const char *const class[] = { trap_class, exit_class };
	struct counts counts[2] = { 0 };
	struct storm storm = { 0 };

	if (!ledger_present())
		SKIP(return, "not in the test bed");
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, wide_open(&wide[i], class[i], cpus));
	read_all(wide, cpus, false, 0);
	ASSERT_EQ(0, ledger_mark("pmu-before", &counts[0]));
	read_all(wide, cpus, false, 1);
	storm_start(&storm);
	EXPECT_TRUE(storm_wait(&storm, 60));
	sleep(6);
	for (i = 0; i < 2; i++)
		outweigh_marks(&wide[i], cpus);
	storm_stop(&storm);
	read_all(wide, cpus, true, 0);
	ASSERT_EQ(0, ledger_mark("pmu-after", &counts[1]));
	read_all(wide, cpus, true, 1);
	for (i = 0; i < 2; i++) {
		wide[i].ledger = counts_total(&counts[1], wide[i].which) -
				 counts_total(&counts[0], wide[i].which);
		EXPECT_TRUE(wide_agrees(&wide[i], class[i]));
	}
}

#define GROUPS	"/tmp/cgroup"

static int move_to(const char *group, pid_t pid)
{
	char path[64], text[16];

	snprintf(path, sizeof(path), GROUPS "/%s/cgroup.procs", group);
	snprintf(text, sizeof(text), "%d", pid);
	return setting_write(path, text);
}

/* A group's are those of its processes, beside others on their CPU. */
TEST_LONG(pmu, cgroup)
{
	static const unsigned int times[] = { N, M, M };
	struct worker worker[ARRAY_SIZE(times)];
	int dir, fd, cpu, ret;
	size_t i;

	mkdir(GROUPS, 0755);
	if (mount("none", GROUPS, "cgroup2", 0, NULL) && errno != EBUSY)
		SKIP(return, "no cgroups");
	/* Only then have groups what perf is about. */
	ret = setting_write(GROUPS "/cgroup.subtree_control", "+pids");
	if (ret == -EINVAL)
		SKIP(return, "a kernel without controllers of cgroups");
	ASSERT_EQ(0, ret);
	ASSERT_TRUE(!mkdir(GROUPS "/some", 0755) || errno == EEXIST);
	dir = open(GROUPS "/some", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ASSERT_LE(0, dir);
	fd = perf_open(&self->trap, dir, 0, PERF_FLAG_PID_CGROUP);
	if (fd == -EINVAL || fd == -EOPNOTSUPP)
		SKIP(return, "no events by cgroup");
	ASSERT_LE(0, fd);
	cpu = perf_open(&self->trap, -1, 0, 0);
	ASSERT_LE(0, cpu);
	for (i = 0; i < ARRAY_SIZE(times); i++)
		ASSERT_EQ(0, worker_start(&worker[i], 0, times[i]));
	ASSERT_EQ(0, move_to("some", worker[0].pid));
	ASSERT_EQ(0, move_to("some", worker[1].pid));
	ASSERT_TRUE(workers_go(worker, ARRAY_SIZE(times)));
	for (i = 0; i < ARRAY_SIZE(times); i++)
		EXPECT_EQ(0, worker_end(&worker[i]));
	EXPECT_EQ(N + M, perf_value(fd));
	EXPECT_EQ(N + M + M, perf_value(cpu));
	close(fd);
	close(dir);
	rmdir(GROUPS "/some");
	umount(GROUPS);
}

#define PARANOID	"/proc/sys/kernel/perf_event_paranoid"

/* What one may open: its own user mode, its own all, a CPU. */
enum may { USER = 1, TASK = 2, WIDE = 4, ALL = 7 };

static const struct {
	const char *paranoid;
	int cap;
	enum may may;
} rules[] = {
	{ "-1", -1, ALL },
	{ "0", -1, ALL },
	{ "1", -1, USER | TASK },
	{ "2", -1, USER },
	{ "2", CAP_NET_ADMIN, USER },
	{ "2", CAP_PERFMON, ALL },
	{ "2", CAP_SYS_ADMIN, ALL },
};

/* Status of a process that has become nobody, with one capability. */
static int what_may(const struct perf_event_attr *user, int cap)
{
	struct perf_event_attr all = *user;
	int may = 0, ret;

	if (keep_only(cap))
		return -1;
	all.exclude_kernel = 0;
	ret = perf_open(user, 0, -1, 0);
	may |= ret >= 0 ? USER : 0;
	ret = perf_open(&all, 0, -1, 0);
	may |= ret >= 0 ? TASK : 0;
	if (ret < 0 && ret != -EACCES)
		return -1;
	ret = perf_open(&all, -1, 0, 0);
	may |= ret >= 0 ? WIDE : 0;
	if (ret < 0 && ret != -EACCES)
		return -1;
	return may;
}

TEST_F(pmu, paranoid)
{
	char before[16] = "";
	FILE *file = fopen(PARANOID, "re");
	int status;
	size_t i;

	ASSERT_NE(NULL, file);
	ASSERT_NE(NULL, fgets(before, sizeof(before), file));
	fclose(file);
	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		pid_t pid;

		ASSERT_EQ(0, setting_write(PARANOID, rules[i].paranoid));
		pid = fork();
		if (!pid)
			_exit(what_may(&self->trap, rules[i].cap));
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		EXPECT_TRUE(WIFEXITED(status));
		EXPECT_EQ(rules[i].may, WEXITSTATUS(status))
			TH_LOG("perf_event_paranoid %s, capability %d",
			       rules[i].paranoid, rules[i].cap);
	}
	EXPECT_EQ(0, setting_write(PARANOID, before));
}

/* A CPU that goes takes its own events with it, and no task's. */
TEST_LONG(pmu, hotplug)
{
	struct worker worker;
	int wide, task, cpu = 1;
	__u64 gone;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2 ||
	    module_platform() == CVMSTAT_PLATFORM_TDX)
		SKIP(return, "no CPU that can go");
	wide = perf_open(&self->trap, -1, cpu, 0);
	ASSERT_LE(0, wide);
	ASSERT_EQ(0, worker_start(&worker, -1, N));
	task = perf_open(&self->trap, worker.pid, -1, 0);
	ASSERT_LE(0, task);
	ASSERT_TRUE(workers_go(&worker, 1));
	ASSERT_EQ(0, set_online(cpu, false));
	gone = perf_value(wide);
	EXPECT_GE(N, gone);
	EXPECT_EQ(0, set_online(cpu, true));
	EXPECT_EQ(0, worker_end(&worker));
	EXPECT_EQ(N, perf_value(task));
	EXPECT_EQ(gone, perf_value(wide));
	close(wide);
	wide = perf_open(&self->trap, -1, cpu, 0);
	ASSERT_LE(0, wide);
	ASSERT_EQ(0, worker_start(&worker, cpu, M));
	ASSERT_TRUE(workers_go(&worker, 1));
	EXPECT_EQ(0, worker_end(&worker));
	EXPECT_EQ(M, perf_value(wide));
}

/* Who has an event open keeps the module; then it goes, and comes again. */
TEST_LONG(pmu, unload)
{
	struct perf_event_attr attr;
	unsigned long i;
	int fd, ret;

	for (i = 0; i < cycles; i++) {
		/* Its type is another one after each load. */
		ASSERT_EQ(0, perf_named(trap_name, &attr));
		attr.exclude_kernel = 1;
		fd = perf_open(&attr, 0, -1, 0);
		ASSERT_LE(0, fd);
		ret = module_unload("cvmstat");
		EXPECT_TRUE(ret == -EAGAIN || ret == -EBUSY);
		cause(10);
		EXPECT_EQ(10, perf_value(fd));
		close(fd);
		ASSERT_EQ(0, module_unload_busy("cvmstat", NULL));
		EXPECT_EQ(-ENOENT, perf_named(trap_name, &attr));
		module_need();
	}
}

static void prepare(void)
{
	bool tdx;

	module_need();
	if (module_platform() <= CVMSTAT_PLATFORM_NONE)
		ksft_exit_skip("not a confidential guest\n");
	tdx = module_platform() == CVMSTAT_PLATFORM_TDX;
	trap_class = trap_classes[tdx];
	exit_class = exit_classes[tdx];
	trap_name = tdx ? "ve-cpuid" : "vc-cpuid";
	exit_name = tdx ? "tdvmcall-cpuid" : "vmgexit-cpuid";
	env.arg = tdx ? 0x40000000 : 1;
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
