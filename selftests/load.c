// SPDX-License-Identifier: GPL-2.0
/*
 * Loading and unloading: in an ordinary guest, twice, with wrong parameters,
 * and again and again while all CPUs leave for the hypervisor as fast as they
 * can. Each load has a generation of its own and is announced, and nothing
 * stays behind.
 *
 * load [-n CYCLES]
 *
 * needs: nothing
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "lib/hooks.h"
#include "lib/module.h"
#include "lib/nl.h"
#include "lib/setting.h"
#include "lib/storm.h"
#include "lib/test.h"

static unsigned long cycles = 10;
static const char *params = "";

static int load(void)
{
	return module_load("cvmstat", params);
}

static int unload(void)
{
	return module_unload_busy("cvmstat", NULL);
}

FIXTURE(load) {
	int log;
};

FIXTURE_SETUP(load)
{
	self->log = kmsg_open();
}

FIXTURE_TEARDOWN(load)
{
	EXPECT_TRUE(kmsg_clean(self->log));
	unload();
}

/* The module will not have it, and one line of the log says why. */
static void expect_refusal(struct __test_metadata *_metadata, const char *with,
			   int err, const char *text)
{
	int log = kmsg_open();
	char line[256] = "";

	EXPECT_EQ(err, module_load("cvmstat", with));
	EXPECT_EQ(1, kmsg_find(log, kmsg_module, line));
	EXPECT_NE(NULL, strstr(line, text)) TH_LOG("%s", line);
	close(log);
}

/* An ordinary guest takes the module by force only. */
TEST_LONG(load, refused)
{
	if (params[0])
		expect_refusal(_metadata, "", -ENODEV, "not a confidential guest");
	expect_refusal(_metadata, params[0] ? "force=1 detail_slots=1000" :
		       "detail_slots=1000", -EINVAL, "not a power of two");
}

/* What was asked for and changes nothing is said. */
TEST_LONG(load, no_effect)
{
	static const char *const flags[] = { "baseline=1", "force=1" };
	static const char *const said[] = { "with or without force=1 or baseline=1", NULL };
	char line[256] = "";
	size_t i;
	int log;

	if (params[0])
		SKIP(return, "an ordinary guest: they have an effect");
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		log = kmsg_open();
		EXPECT_EQ(0, module_load("cvmstat", flags[i]));
		EXPECT_EQ(1, kmsg_find(log, said, line));
		close(log);
		EXPECT_EQ(0, unload());
	}
}

/* What came before a load is in none of its counts, also where the kernel counts on. */
TEST_LONG(load, begins_anew)
{
	struct storm storm = { 0 };
	struct nl nl;
	__u64 first;

	if (params[0])
		SKIP(return, "an ordinary guest: nothing is counted");
	ASSERT_EQ(0, load());
	storm_start(&storm);
	usleep(500000);
	storm_stop(&storm);
	ASSERT_EQ(0, nl_open(&nl));
	first = nl_events(&nl);
	nl_close(&nl);
	EXPECT_EQ(0, unload());
	ASSERT_EQ(0, load());
	ASSERT_EQ(0, nl_open(&nl));
	EXPECT_LT(nl_events(&nl), first / 2);
	nl_close(&nl);
	EXPECT_EQ(0, unload());
}

TEST_LONG(load, twice)
{
	EXPECT_EQ(0, load());
	EXPECT_EQ(-EEXIST, load());
	EXPECT_LE(0, module_platform());
	EXPECT_EQ(0, unload());
	/* The family goes with it. */
	EXPECT_EQ(-ENOENT, module_platform());
}

static __u64 generation(void)
{
	struct nl_state state = { 0 };
	struct nl nl;

	if (nl_open(&nl))
		return 0;
	nl_state(&nl, &state);
	nl_close(&nl);
	return state.generation;
}

TEST_LONG(load, generations)
{
	__u64 first, second;

	load();
	first = generation();
	unload();
	load();
	second = generation();
	EXPECT_NE(0, first);
	EXPECT_NE(0, second);
	EXPECT_NE(first, second);
}

static unsigned int live_hooks(void)
{
	struct hooks hooks = { 0 };
	struct nl nl;

	if (nl_open(&nl))
		return 0;
	hooks_read(&nl, &hooks);
	nl_close(&nl);
	return hooks.live;
}

/* No hook is lost to chance: an NMI in the middle of a check (--fault nmi), for one. */
TEST_LONG(load, same_hooks)
{
	unsigned int first, i;

	load();
	first = live_hooks();
	EXPECT_NE(0, first);
	for (i = 1; i < cycles; i++) {
		unload();
		load();
		EXPECT_EQ(first, live_hooks());
	}
}

/* Who listens hears of a change and of the end. The load comes before any. */
TEST_LONG(load, announced)
{
	struct nl_state state;
	struct nl_msg msg;
	struct nl nl;

	load();
	ASSERT_EQ(0, nl_open(&nl));
	ASSERT_EQ(0, nl_join(&nl));
	ASSERT_EQ(0, nl_state(&nl, &state));
	nl_begin(&msg, nl.family, CVMSTAT_CMD_CONFIG_SET, 0);
	/* No NLM_F_ACK: its answer would come between. */
	msg.hdr.nlmsg_flags = NLM_F_REQUEST;
	nl_put_u8(&msg, CVMSTAT_A_CONFIG_RIPS, state.rips);
	ASSERT_LT(0, write(nl.fd, msg.buf, msg.hdr.nlmsg_len));
	EXPECT_EQ(CVMSTAT_ANNOUNCEMENT_CONFIG, nl_event(&nl, 5000));
	unload();
	EXPECT_EQ(CVMSTAT_ANNOUNCEMENT_UNLOAD, nl_event(&nl, 5000));
	nl_close(&nl);
}

#define TRACEFS	"/sys/kernel/tracing/"
#define EVENT	TRACEFS "events/kprobes/cvmstat_test_other/enable"

/* Where the module has a handler, too. */
static const char *const functions[] = {
	"p:cvmstat_test_other vc_raw_handle_exception",
	"p:cvmstat_test_other tdx_handle_virt_exception",
};

/* Somebody's probe on a function that is hooked: it comes before the module, and goes
 * while the module is there.
 */
TEST_LONG(load, probe_of_others)
{
	size_t i;

	mkdir(TRACEFS, 0700);
	mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	for (i = 0; i < ARRAY_SIZE(functions); i++)
		if (!setting_write(TRACEFS "kprobe_events", functions[i]))
			break;
	if (i == ARRAY_SIZE(functions))
		SKIP(return, "tracing refuses the trap handler here");
	EXPECT_EQ(0, setting_write(EVENT, "1"));
	EXPECT_EQ(0, load());
	EXPECT_EQ(0, setting_write(EVENT, "0"));
	EXPECT_EQ(0, setting_write(EVENT, "1"));
	EXPECT_EQ(0, unload());
	EXPECT_EQ(0, setting_write(EVENT, "0"));
	EXPECT_EQ(0, setting_write(TRACEFS "kprobe_events", "-:cvmstat_test_other"));
}

static void reader_round(int cpu)
{
	struct nl nl;

	if (nl_open(&nl)) {
		usleep(1000);
		return;
	}
	nl_get(&nl, CVMSTAT_CMD_DETAIL_GET, NLM_F_DUMP, NULL, NULL);
	nl_close(&nl);
}

/* Memory that only the kernel can give back, in KiB. */
static long kernel_memory(void)
{
	static const char *const keys[] = {
		"SUnreclaim:", "VmallocUsed:", "Percpu:"
	};
	FILE *f = fopen("/proc/meminfo", "r");
	char line[128], key[32];
	long kib, sum = 0;
	size_t i;

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%31s %ld", key, &kib) != 2)
			continue;
		for (i = 0; i < ARRAY_SIZE(keys); i++)
			if (!strcmp(key, keys[i]))
				sum += kib;
	}
	fclose(f);
	return sum;
}

#define STORM_SECONDS	60

/* One cycle; whether it was as it must be, and each CPU stormed meanwhile. */
static bool cycle(const struct storm *storm, __u64 *last)
{
	bool stormed;
	__u64 now;
	int ret;

	ret = load();
	if (ret) {
		ksft_print_msg("load: %s\n", strerror(-ret));
		return false;
	}
	now = generation();
	stormed = storm_wait(storm, STORM_SECONDS);
	if (!stormed)
		ksft_print_msg("a part of the storm stands still\n");
	ret = unload();
	if (ret)
		ksft_print_msg("unload: %s\n", strerror(-ret));
	if (now == *last)
		ksft_print_msg("generation %llx again\n", now);
	ret = ret || !now || now == *last || !stormed;
	*last = now;
	return !ret;
}

/* What the storm itself allocates comes and goes. */
#define SLACK_KIB	1024

/*
 * The storm would leave this process a small part of a CPU, and RCU's threads no
 * more. So it goes first whenever it has something to do, and RCU asks CPUs by
 * an interrupt. It mostly waits for all CPUs, and they storm.
 */
static void go_first(bool first)
{
	struct sched_param param = { .sched_priority = first };

	if (sched_setscheduler(0, first ? SCHED_FIFO : SCHED_OTHER, &param) ||
	    setting_write("/sys/kernel/rcu_expedited", first ? "1" : "0"))
		ksft_print_msg("no priority: %m\n");
}

#define KMEMLEAK	"/sys/kernel/debug/kmemleak"

/* Lines that kmemleak has to say. What is younger than 5 s it does not call lost. */
static int search_leaks(void)
{
	char line[256];
	int i, n = 0;
	FILE *f;

	for (i = 0; i < 2; i++) {
		sleep(6);
		if (setting_write(KMEMLEAK, "scan"))
			return -1;
	}
	f = fopen(KMEMLEAK, "r");
	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f)) {
		ksft_print_msg("%s", line);
		n++;
	}
	fclose(f);
	return n;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/*
 * A kernel that searches for leaks itself is one that keeps what was freed for
 * a while, and makes notes of what was not.
 */
static void expect_no_leaks(struct __test_metadata *_metadata, long grown,
			    unsigned long n)
{
	if (!access(KMEMLEAK, W_OK)) {
		EXPECT_EQ(0, search_leaks());
		return;
	}
	ksft_print_msg("kernel memory grew by %ld KiB in %lu cycles\n", grown, n);
	EXPECT_LT(grown, SLACK_KIB + (long)n / 4);
}

TEST_LONG(load, storm)
{
	struct storm storm = { 0 };
	unsigned long i, good = 0, settled = cycles / 4;
	__u64 last = 0;
	long before = 0, grown;
	double start;

	storm_start(&storm);
	storm_add(&storm, -1, reader_round);
	go_first(true);
	start = now();
	for (i = 0; i < cycles; i++) {
		if (i == settled)
			before = kernel_memory();
		good += cycle(&storm, &last);
	}
	ksft_print_msg("%.0f ms a cycle\n", (now() - start) * 1e3 / cycles);
	ksft_print_msg("{\"loads\": %lu}\n", good);
	grown = kernel_memory() - before;
	go_first(false);
	storm_stop(&storm);
	EXPECT_EQ(cycles, good);
	expect_no_leaks(_metadata, grown, cycles - settled);
}

/* Loads it for a moment: how, in an ordinary guest; why not, if it cannot be had. */
static void find_params(void)
{
	int ret = load();

	if (module_not_here(ret))
		ksft_exit_skip("cvmstat.ko cannot be loaded: %s\n", strerror(-ret));
	if (ret == -ENODEV)
		params = "force=1";
	unload();
}

int main(int argc, char **argv)
{
	bool was_loaded = module_loaded("cvmstat");
	int opt, ret;

	while ((opt = getopt(argc, argv, "n:")) != -1) {
		if (opt != 'n')
			return KSFT_FAIL;
		cycles = strtoul(optarg, NULL, 0);
	}
	if (was_loaded && unload())
		ksft_exit_skip("cvmstat is in use\n");
	find_params();
	ret = harness(argc, argv);
	if (was_loaded)
		load();
	return ret;
}
