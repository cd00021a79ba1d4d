// SPDX-License-Identifier: GPL-2.0
/*
 * The device of cvmstat_bench.ko: who may open it, what it refuses, and that
 * each trigger which it calls possible runs and is counted. Whether the counts
 * are right, test-bench asks the ledger.
 *
 * needs: nothing
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/cvmstat.h>
#include <linux/cvmstat_bench.h>

#include "lib/caps.h"
#include "lib/module.h"
#include "lib/storm.h"
#include "lib/test.h"

#define DEVICE		"/dev/" CVMSTAT_BENCH_DEVICE
#define TIMES		5

static struct cvmstat_bench_count count[CVMSTAT_BENCH_MAX_COUNTS];
static __u64 cycles[TIMES];

FIXTURE(device) {
	int fd;
	struct cvmstat_bench_machine machine;
};

FIXTURE_SETUP(device)
{
	int ret;

	module_need();
	ret = module_load("cvmstat_bench", "");
	if (ret == -ENOENT || ret == -EPERM)
		SKIP(return, "cvmstat_bench.ko cannot be loaded");
	ASSERT_TRUE(!ret || ret == -EEXIST);
	ASSERT_EQ(0, stay_on(0));
	self->fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_GE(self->fd, 0);
	ASSERT_EQ(0, ioctl(self->fd, CVMSTAT_BENCH_MACHINE, &self->machine));
}

FIXTURE_TEARDOWN(device)
{
	close(self->fd);
	EXPECT_EQ(0, module_unload("cvmstat_bench"));
}

static struct cvmstat_bench_run request(__u32 index)
{
	return (struct cvmstat_bench_run){
		.index = index,
		.iterations = TIMES,
		.warm_up = 1,
		.cycles = (unsigned long)cycles,
		.count = (unsigned long)count,
	};
}

/* Opens the device with one capability alone; the mode lets everybody in. */
static int open_with(int cap)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (keep_only(cap))
			_exit(99);
		_exit(open(DEVICE, O_RDWR) < 0 ? errno : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

TEST_F(device, who)
{
	struct stat st;

	ASSERT_EQ(0, stat(DEVICE, &st));
	EXPECT_EQ(0600, st.st_mode & 0777);
	ASSERT_EQ(0, chmod(DEVICE, 0666));
	EXPECT_EQ(EPERM, open_with(-1));
	EXPECT_EQ(EPERM, open_with(CAP_PERFMON));
	EXPECT_EQ(EPERM, open_with(CAP_NET_ADMIN));
	EXPECT_EQ(0, open_with(CAP_SYS_ADMIN));
}

#define REFUSES(error, change) do { \
	struct cvmstat_bench_run run = request(0); \
	change; \
	EXPECT_EQ(-1, ioctl(self->fd, CVMSTAT_BENCH_RUN, &run)); \
	EXPECT_EQ(error, errno); \
} while (0)

TEST_F(device, wrong_requests)
{
	struct cvmstat_bench_trigger trigger = { .index = self->machine.triggers };

	EXPECT_EQ(CVMSTAT_BENCH_ABI, self->machine.abi);
	EXPECT_EQ((__u32)module_platform(), self->machine.platform);
	EXPECT_EQ(-1, ioctl(self->fd, CVMSTAT_BENCH_TRIGGER, &trigger));
	EXPECT_EQ(EINVAL, errno);
	trigger.index = -1;
	EXPECT_EQ(-1, ioctl(self->fd, CVMSTAT_BENCH_TRIGGER, &trigger));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, ioctl(self->fd, CVMSTAT_BENCH_TRIGGER, NULL));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, ioctl(self->fd, CVMSTAT_BENCH_MACHINE, NULL));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, ioctl(self->fd, _IO('V', 0xff), NULL));
	EXPECT_EQ(ENOTTY, errno);
	EXPECT_EQ(-1, ioctl(self->fd, CVMSTAT_BENCH_RUN, NULL));
	EXPECT_EQ(EFAULT, errno);
	REFUSES(EINVAL, run.index = self->machine.triggers);
	REFUSES(EINVAL, run.iterations = 0);
	REFUSES(EINVAL, run.iterations = CVMSTAT_BENCH_MAX_ITERATIONS + 1);
	REFUSES(EINVAL, run.warm_up = CVMSTAT_BENCH_MAX_ITERATIONS + 1);
	REFUSES(EINVAL, run.cpu = 1);
	REFUSES(EINVAL, run.counted = 1);
	REFUSES(EINVAL, run.counts = 1);
	REFUSES(EINVAL, run.direct = 2);
	REFUSES(EINVAL, run.reserved = 1);
	REFUSES(EFAULT, run.cycles = 1);
}

/* Was one of the reasons counted that the trigger says it causes? */
static bool expected_one(const struct cvmstat_bench_trigger *trigger, __u32 n)
{
	__u32 i, j;

	for (i = 0; i < trigger->reasons; i++)
		for (j = 0; j < n; j++)
			if (count[j].class == trigger->reason[i].class &&
			    count[j].code == trigger->reason[i].code &&
			    count[j].count)
				return true;
	return !trigger->reasons;
}

static void run_one(struct __test_metadata *_metadata, int fd, bool countable,
		    const struct cvmstat_bench_trigger *trigger)
{
	struct cvmstat_bench_run run = request(trigger->index);
	int ret = ioctl(fd, CVMSTAT_BENCH_RUN, &run) ? errno : 0;

	if (trigger->why_not[0]) {
		EXPECT_EQ(EOPNOTSUPP, ret) TH_LOG("%s", trigger->name);
		return;
	}
	EXPECT_EQ(0, ret) TH_LOG("%s", trigger->name);
	EXPECT_EQ(0, run.cpu);
	EXPECT_EQ(1, run.counted);
	/* The time beyond a sleep may be none, so none is looked at. */
	if (countable && !(trigger->flags & CVMSTAT_BENCH_UNSEEN))
		EXPECT_TRUE(expected_one(trigger, run.counts)) TH_LOG("%s", trigger->name);
}

/* The exit alone, of those that have it; a probe may find no place, and says so. */
static void run_direct(struct __test_metadata *_metadata, int fd,
		       const struct cvmstat_bench_trigger *trigger)
{
	struct cvmstat_bench_run run = request(trigger->index);
	bool possible = trigger->flags & CVMSTAT_BENCH_DIRECT;
	int i, ret;

	run.direct = 1;
	ret = ioctl(fd, CVMSTAT_BENCH_RUN, &run) ? errno : 0;
	if (!possible || trigger->why_not[0]) {
		EXPECT_EQ(possible ? EOPNOTSUPP : EINVAL, ret) TH_LOG("%s", trigger->name);
		return;
	}
	EXPECT_EQ(0, ret) TH_LOG("%s", trigger->name);
	for (i = 0; !ret && i < TIMES; i++)
		EXPECT_LT(0, cycles[i]) TH_LOG("%s", trigger->name);
}

TEST_F_TIMEOUT(device, each_trigger, 120)
{
	bool countable = self->machine.platform != CVMSTAT_PLATFORM_NONE;
	struct cvmstat_bench_trigger trigger;
	__u32 i;

	for (i = 0; i < self->machine.triggers; i++) {
		memset(&trigger, 0, sizeof(trigger));
		trigger.index = i;
		ASSERT_EQ(0, ioctl(self->fd, CVMSTAT_BENCH_TRIGGER, &trigger));
		EXPECT_NE('\0', trigger.name[0]);
		EXPECT_NE('\0', trigger.what[0]);
		EXPECT_GE(trigger.max_iterations, TIMES);
		run_one(_metadata, self->fd, countable, &trigger);
		run_direct(_metadata, self->fd, &trigger);
	}
}

/* The counting module may go and come; the device does without it. */
TEST_F(device, without_counts)
{
	struct cvmstat_bench_run run = request(0);

	ASSERT_EQ(0, module_unload("cvmstat"));
	EXPECT_EQ(0, ioctl(self->fd, CVMSTAT_BENCH_RUN, &run));
	EXPECT_EQ(0, run.counted);
	EXPECT_EQ(0, run.counts);
	module_need();
	run = request(0);
	EXPECT_EQ(0, ioctl(self->fd, CVMSTAT_BENCH_RUN, &run));
	EXPECT_EQ(1, run.counted);
}

int main(int argc, char **argv)
{
	return harness(argc, argv);
}
