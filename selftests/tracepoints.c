// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints: each event comes, in order, with the stack that it came from,
 * while its listener is woken for each; what does not come is counted.
 *
 * tracepoints [-s SECONDS]	how long the storm is
 *
 * needs: confidential
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/cvmstat.h>
#include <linux/cvmstat_codes.h>

#include "lib/hooks.h"
#include "lib/module.h"
#include "lib/nl.h"
#include "lib/perf.h"
#include "lib/ring.h"
#include "lib/setting.h"
#include "lib/storm.h"
#include "lib/symbols.h"
#include "lib/test.h"

#define MAX_CPUS	64
#define TIMES		500

static unsigned int seconds = 3;
static bool tdx;
static const char *const all[] = { "trap", "exit", "call", NULL };

extern const char cpuid_here[];

/* Without a loop around it that a compiler might unroll: there is one label. */
static __attribute__((noinline, noclone)) void cause(void)
{
	unsigned int a = tdx ? 0x40000000 : 1, c = 0;

	asm volatile("cpuid_here: cpuid" : "+a" (a), "+c" (c) : : "rbx", "rdx");
}

/* And read what came with each, which the machine's ticks are among. */
static void cause_and_read(struct ring *ring, void (*fn)(const struct sample *sample, void *arg),
			   void *arg)
{
	unsigned int i;

	for (i = 0; i < TIMES; i++) {
		cause();
		ring_read(ring, fn, arg);
	}
}

static bool is_trap(const struct sample *sample)
{
	return sample->class == CVMSTAT_CLASS_VC || sample->class == CVMSTAT_CLASS_VE;
}

static bool is_exit(const struct sample *sample)
{
	return sample->class == CVMSTAT_CLASS_VMGEXIT ||
	       sample->class == CVMSTAT_CLASS_TDVMCALL;
}

/* The first address of a chain that is not a mark of perf's. */
static __u64 chain_begin(const struct sample *sample)
{
	size_t i;

	for (i = 0; i < sample->depth; i++)
		if (sample->chain[i] < (__u64)-4095)
			return sample->chain[i];
	return 0;
}

FIXTURE(tracepoints) {
	int log;
};

FIXTURE_SETUP(tracepoints)
{
	self->log = kmsg_open();
}

FIXTURE_TEARDOWN(tracepoints)
{
	EXPECT_TRUE(kmsg_clean(self->log));
	close(self->log);
}

/**
 * struct order - what came of a loop of one instruction
 * @traps: its traps
 * @exits: its exits, each behind its trap
 * @wrong: what came otherwise
 * @expects_exit: the last one was a trap
 */
struct order {
	unsigned int traps;
	unsigned int exits;
	unsigned int wrong;
	bool expects_exit;
};

static void check_order(const struct sample *sample, void *arg)
{
	struct order *order = arg;

	/* A #VE's call of the TDX module is the kernel's own. */
	if (sample->ip != (unsigned long)cpuid_here ||
	    !(is_trap(sample) || is_exit(sample)))
		return;
	if (chain_begin(sample) != sample->ip || !sample->user ||
	    sample->pid != getpid())
		order->wrong++;
	if (is_trap(sample)) {
		order->wrong += order->expects_exit || sample->event != 0;
		order->traps++;
		order->expects_exit = true;
	} else {
		order->wrong += !order->expects_exit || sample->event != 1;
		order->exits++;
		order->expects_exit = false;
	}
}

/* A task's own, in order, from the instruction that it was. */
TEST_F(tracepoints, order)
{
	struct order order = { 0 };
	struct ring ring;

	ASSERT_EQ(0, ring_open(&ring, all, 0, -1, -1));
	ASSERT_EQ(0, ring_enable(&ring, true));
	cause_and_read(&ring, check_order, &order);
	ASSERT_EQ(0, ring_enable(&ring, false));
	EXPECT_EQ(0, ring.lost);
	EXPECT_EQ(TIMES, order.traps);
	EXPECT_EQ(TIMES, order.exits);
	EXPECT_EQ(0, order.wrong);
	ring_close(&ring);
}

/**
 * struct times - what the handlers of a loop's traps took
 * @traps: how many there were
 * @done: how many came back, each behind its trap
 * @wrong: what came otherwise
 * @ns: of all
 */
struct times {
	unsigned int traps;
	unsigned int done;
	unsigned int wrong;
	__u64 ns;
};

static void add_times(const struct sample *sample, void *arg)
{
	struct times *times = arg;

	if (sample->ip != (unsigned long)cpuid_here)
		return;
	if (sample->event == 0) {
		times->traps++;
		return;
	}
	times->done++;
	times->ns += sample->ns;
	times->wrong += times->done != times->traps || !is_trap(sample) ||
			!sample->user || chain_begin(sample) != sample->ip;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* A handler that is done says what it took: no more than went by, and no trifle. */
TEST_F(tracepoints, done)
{
	static const char *const trap_and_done[] = { "trap", "done", NULL };
	struct times times = { 0 };
	struct ring ring;
	double took;

	ASSERT_EQ(0, ring_open(&ring, trap_and_done, 0, -1, -1));
	ASSERT_EQ(0, ring_enable(&ring, true));
	took = now();
	cause_and_read(&ring, add_times, &times);
	took = (now() - took) * 1e9;
	ASSERT_EQ(0, ring_enable(&ring, false));
	ksft_print_msg("%llu ns of %.0f\n", times.ns, took);
	EXPECT_EQ(0, ring.lost);
	EXPECT_EQ(TIMES, times.traps);
	EXPECT_EQ(TIMES, times.done);
	EXPECT_EQ(0, times.wrong);
	EXPECT_LT(times.ns, took);
	EXPECT_GT(times.ns, took / 100);
	ring_close(&ring);
}

/**
 * struct seen - what came of all CPUs
 * @n: by user mode, and by trap, exit or call
 */
struct seen {
	__u64 n[2][3];
};

static void add_seen(const struct sample *sample, void *arg)
{
	struct seen *seen = arg;

	if (sample->event < 3)
		seen->n[sample->user][sample->event]++;
}

/**
 * struct watch - tracepoints and counters of one CPU, in one group
 * @counter: of traps and exits, by mode, as in struct seen
 * @ring: the samples
 */
struct watch {
	int counter[2][3];
	struct ring ring;
};

static const char *const counters[] = { "traps", "exits", "calls" };

static int watch_open(struct watch *watch, int cpu)
{
	struct perf_event_attr attr;
	int user, kind, ret;

	for (kind = 0; kind < 3; kind++)
		for (user = 0; user < 2; user++) {
			watch->counter[user][kind] = -1;
			ret = perf_named(counters[kind], &attr);
			if (ret == -ENOENT)
				continue;
			attr.exclude_user = !user;
			attr.exclude_kernel = user;
			ret = ret ?: perf_open(&attr, -1, cpu, 0);
			if (ret < 0)
				return ret;
			watch->counter[user][kind] = ret;
		}
	return ring_open(&watch->ring, all, -1, cpu, -1);
}

static const char *const untraced[] = {
	"untraced-own", "untraced-full", "untraced-moved", "untraced-refused",
};

#define NR_UNTRACED	ARRAY_SIZE(untraced)

static int untraced_open(int fd[NR_UNTRACED][MAX_CPUS], int cpus)
{
	struct perf_event_attr attr;
	int cpu, ret = 0;
	size_t i;

	for (i = 0; i < NR_UNTRACED; i++)
		for (cpu = 0; cpu < cpus && ret >= 0; cpu++) {
			ret = perf_named(untraced[i], &attr);
			ret = ret ?: perf_open(&attr, -1, cpu, 0);
			fd[i][cpu] = ret;
		}
	return ret < 0 ? ret : 0;
}

static __u64 untraced_close(int fd[NR_UNTRACED][MAX_CPUS], int cpus, __u64 *own)
{
	__u64 n, sum = 0;
	size_t i;

	for (i = 0; i < NR_UNTRACED; i++) {
		n = perf_sum(fd[i], cpus);
		ksft_print_msg("%s: %llu\n", untraced[i], n);
		sum += n;
	}
	*own = perf_sum(fd[0], cpus);
	return sum;
}

static __u64 missed(void)
{
	struct nl nl;
	__u64 sum;

	if (nl_open(&nl))
		return -1;
	sum = hooks_missed(&nl);
	nl_close(&nl);
	return sum;
}

/* Traps of user mode that make a storm, and how long a busy machine may take for them. */
#define ENOUGH		100
#define PATIENCE	60

static void read_for(struct watch *watch, int cpus, double for_seconds,
		     struct seen *seen)
{
	double end = now() + for_seconds;
	struct ring rings[MAX_CPUS];
	int i;

	while (now() < end || (seen->n[1][0] <= ENOUGH && now() < end + PATIENCE)) {
		for (i = 0; i < cpus; i++)
			rings[i] = watch[i].ring;
		ring_wait(rings, cpus, 100);
		for (i = 0; i < cpus; i++)
			ring_read(&watch[i].ring, add_seen, seen);
	}
}

static void add_counted(const struct watch *watch, int cpus, __u64 sign, struct seen *sum)
{
	int i, user, kind;

	for (i = 0; i < cpus; i++)
		for (user = 0; user < 2; user++)
			for (kind = 0; kind < 3; kind++)
				sum->n[user][kind] += sign *
					perf_value(watch[i].counter[user][kind]);
}

static __u64 show_sum(const struct seen *counted, const struct seen *seen, __u64 *came)
{
	__u64 sum = 0;
	int user, kind;

	for (user = 0; user < 2; user++)
		for (kind = 0; kind < 3; kind++) {
			ksft_print_msg("%s of %s mode: %llu counted, %llu came\n",
				       counters[kind], user ? "user" : "kernel",
				       counted->n[user][kind], seen->n[user][kind]);
			sum += counted->n[user][kind];
			*came += seen->n[user][kind];
		}
	return sum;
}

/* What is on its way when the counters begin and end. */
#define SLACK	300

/*
 * All CPUs, the listener woken for each event: no hit is missed, and what comes
 * and what is left out is all there was.
 */
TEST_LONG(tracepoints, complete)
{
	int cpus = sysconf(_SC_NPROCESSORS_ONLN), i;
	__u64 missed_before = missed(), came = 0, own, sum;
	struct seen seen = { 0 }, counted = { 0 };
	int left_out[NR_UNTRACED][MAX_CPUS];
	struct watch watch[MAX_CPUS];
	struct storm storm = { 0 };

	for (i = 0; i < cpus; i++)
		ASSERT_EQ(0, watch_open(&watch[i], i));
	ASSERT_EQ(0, untraced_open(left_out, cpus));
	add_counted(watch, cpus, -1, &counted);
	for (i = 0; i < cpus; i++)
		ASSERT_EQ(0, ring_enable(&watch[i].ring, true));
	storm_start(&storm);
	read_for(watch, cpus, seconds, &seen);
	storm_stop(&storm);
	for (i = 0; i < cpus; i++)
		ASSERT_EQ(0, ring_enable(&watch[i].ring, false));
	add_counted(watch, cpus, 1, &counted);
	for (i = 0; i < cpus; i++) {
		ring_read(&watch[i].ring, add_seen, &seen);
		came += watch[i].ring.lost;
		ring_close(&watch[i].ring);
	}
	ksft_print_msg("lost by perf's own rings: %llu\n", came);
	came += untraced_close(left_out, cpus, &own);
	sum = show_sum(&counted, &seen, &came);
	EXPECT_EQ(missed_before, missed());
	EXPECT_LT(ENOUGH, seen.n[1][0]);
	/* That its wake-ups are not a loop is no reason to leave out what they cause. */
	EXPECT_GE(sum / 100, own);
	EXPECT_GE(SLACK * cpus, llabs((long long)(sum - came)));
	/* In user mode there is nobody but the storm. */
	EXPECT_EQ(counted.n[1][0], seen.n[1][0]);
	EXPECT_EQ(counted.n[1][1], seen.n[1][1]);
}

static bool chain_has(const struct sample *sample, const char *function)
{
	size_t i;

	for (i = 0; i < sample->depth; i++)
		if (symbols_is(sample->chain[i], function))
			return true;
	return false;
}

/**
 * struct notifies - what came of a read of the disk
 * @n: accesses that tell the device of a request
 * @whole: of them, those with a whole call chain
 * @shown: one that has none was shown
 */
struct notifies {
	unsigned int n;
	unsigned int whole;
	bool shown;
};

static void show_chain(const struct sample *sample)
{
	size_t i;

	for (i = 0; i < sample->depth; i++)
		ksft_print_msg("  %llx %s\n", sample->chain[i],
			       symbols_name(sample->chain[i]));
}

static void check_notify(const struct sample *sample, void *arg)
{
	struct notifies *notifies = arg;

	if (!is_exit(sample) || sample->pid != getpid() ||
	    !chain_has(sample, "vp_notify"))
		return;
	notifies->n++;
	if (chain_begin(sample) == sample->ip && chain_has(sample, "ksys_read") &&
	    chain_has(sample, "submit_bio_noacct_nocheck")) {
		notifies->whole++;
	} else if (!notifies->shown) {
		notifies->shown = true;
		show_chain(sample);
	}
}

#define SCHEDULER	"/sys/block/vda/queue/scheduler"

/* The one in brackets. */
static void scheduler_now(char *name, size_t size)
{
	char line[128] = "", *begin = line;

	if (!setting_read(SCHEDULER, line, sizeof(line)) && strchr(line, '['))
		begin = strchr(line, '[') + 1;
	snprintf(name, size, "%.*s", (int)strcspn(begin, "]"), begin);
}

/*
 * From the access to the device down to the system call. With a scheduler, which
 * Linux gives a disk of one queue, 6.1 leaves the access to a kworker.
 */
TEST_LONG(tracepoints, chains)
{
	char scheduler[32];
	int i, fd = open("/dev/vda", O_RDONLY | O_DIRECT | O_CLOEXEC);
	struct notifies notifies = { 0 };
	struct ring ring;
	void *buf;

	if (fd < 0)
		SKIP(return, "no disk");
	scheduler_now(scheduler, sizeof(scheduler));
	setting_write(SCHEDULER, "none");
	ASSERT_EQ(0, symbols_read());
	ASSERT_EQ(0, posix_memalign(&buf, 4096, 65536));
	ASSERT_EQ(0, ring_open(&ring, all, 0, -1, -1));
	ASSERT_EQ(0, ring_enable(&ring, true));
	for (i = 0; i < 8; i++)
		ASSERT_EQ(65536, read(fd, buf, 65536));
	ASSERT_EQ(0, ring_enable(&ring, false));
	ring_read(&ring, check_notify, &notifies);
	ksft_print_msg("%u notifies, %u with a whole chain\n", notifies.n,
		       notifies.whole);
	EXPECT_LE(8, notifies.n);
	EXPECT_EQ(notifies.n, notifies.whole);
	setting_write(SCHEDULER, scheduler);
	ring_close(&ring);
	close(fd);
	free(buf);
}

/* Perf keeps the module; tracefs does not, and lets go of it. */
TEST_LONG(tracepoints, unload)
{
	struct storm storm = { 0 };
	struct ring ring;
	int i, ret;

	storm_start(&storm);
	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, ring_open(&ring, all, 0, -1, -1));
		ASSERT_EQ(0, ring_enable(&ring, true));
		ret = module_unload("cvmstat");
		EXPECT_TRUE(ret == -EAGAIN || ret == -EBUSY);
		ring_close(&ring);
		EXPECT_EQ(0, setting_write("/sys/kernel/tracing/events/cvmstat/enable", "1"));
		usleep(200000);
		ASSERT_EQ(0, module_unload_busy("cvmstat", NULL));
		module_need();
	}
	storm_stop(&storm);
}

int main(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "s:")) != -1) {
		if (opt != 's')
			return KSFT_FAIL;
		seconds = strtoul(optarg, NULL, 0);
	}
	module_need();
	if (module_platform() <= CVMSTAT_PLATFORM_NONE)
		ksft_exit_skip("not a confidential guest\n");
	if (module_kernel_counts())
		ksft_exit_skip("this kernel has tracepoints of its own\n");
	tdx = module_platform() == CVMSTAT_PLATFORM_TDX;
	return harness(argc, argv);
}
