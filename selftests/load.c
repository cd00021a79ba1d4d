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
#include <time.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "kselftest.h"

#include "lib/module.h"
#include "lib/nl.h"
#include "lib/setting.h"
#include "lib/storm.h"

static unsigned long cycles = 10;
static const char *params = "";

static int load(void)
{
	return module_load("cvmstat", params);
}

/* A reader that is in the middle of a dump holds the module for a moment. */
static int unload(void)
{
	int i, ret = -EBUSY;

	for (i = 0; i < 1000; i++) {
		ret = module_unload("cvmstat");
		if (ret != -EAGAIN && ret != -EBUSY)
			break;
		usleep(10000);
	}
	return ret;
}

static void test_refused(const char *name, const char *with, int err,
			 const char *text)
{
	int log = kmsg_open();
	char line[256] = "";
	int ret, n;

	ret = module_load("cvmstat", with);
	n = kmsg_find(log, kmsg_module, line);
	close(log);
	if (!ret)
		unload();
	ksft_print_msg("%s: %s, %d lines: %s\n", name, strerror(-ret), n, line);
	ksft_test_result(ret == err && n == 1 && strstr(line, text),
			 "%s: refused, and one line says why\n", name);
}

/* An ordinary guest takes the module by force only. */
static bool is_ordinary(void)
{
	int ret = load();

	if (!ret)
		unload();
	return ret == -ENODEV;
}

static void test_ordinary(void)
{
	test_refused("ordinary guest", "", -ENODEV, "not a confidential guest");
	params = "force=1";
}

static void test_twice(void)
{
	int first = load();

	ksft_test_result(!first, "load\n");
	ksft_test_result(load() == -EEXIST, "the second load is refused\n");
	ksft_test_result(module_platform() >= 0, "the first one still answers\n");
	ksft_test_result(!unload(), "unload\n");
	ksft_test_result(module_platform() == -ENOENT,
			 "the family is gone with it\n");
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

static void test_generation(void)
{
	__u64 first, second;

	load();
	first = generation();
	unload();
	load();
	second = generation();
	unload();
	ksft_test_result(first && second && first != second,
			 "each load has a generation of its own\n");
}

/* Who listens hears of a change and of the end. The load comes before any. */
static void test_announced(void)
{
	struct nl_state state;
	struct nl_msg msg;
	struct nl nl;
	int config, end;

	load();
	if (nl_open(&nl) || nl_join(&nl) || nl_state(&nl, &state))
		ksft_exit_fail_msg("cannot listen\n");
	nl_begin(&msg, nl.family, CVMSTAT_CMD_CONFIG_SET, 0);
	/* No NLM_F_ACK: its answer would come between. */
	msg.hdr.nlmsg_flags = NLM_F_REQUEST;
	nl_put_u8(&msg, CVMSTAT_A_CONFIG_RIPS, state.rips);
	if (write(nl.fd, msg.buf, msg.hdr.nlmsg_len) < 0)
		ksft_exit_fail_msg("cannot send\n");
	config = nl_event(&nl, 5000);
	unload();
	end = nl_event(&nl, 5000);
	nl_close(&nl);
	ksft_test_result(config == CVMSTAT_ANNOUNCEMENT_CONFIG,
			 "a change of the configuration is announced\n");
	ksft_test_result(end == CVMSTAT_ANNOUNCEMENT_UNLOAD,
			 "the unload is announced\n");
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

/*
 * A kernel that searches for leaks itself is one that keeps what was freed for
 * a while, and makes notes of what was not.
 */
static void test_leaks(long grown, unsigned long n)
{
	if (!access(KMEMLEAK, W_OK)) {
		ksft_test_result(!search_leaks(), "nothing leaks (kmemleak)\n");
		return;
	}
	ksft_print_msg("kernel memory grew by %ld KiB in %lu cycles\n", grown, n);
	ksft_test_result(grown < SLACK_KIB + (long)n / 4, "nothing leaks\n");
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void test_storm(void)
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
	grown = kernel_memory() - before;
	go_first(false);
	storm_stop(&storm);
	ksft_test_result(good == cycles, "%lu of %lu cycles in the storm\n",
			 good, cycles);
	test_leaks(grown, cycles - settled);
}

int main(int argc, char **argv)
{
	bool was_loaded = module_loaded("cvmstat");
	bool ordinary;
	int log, ret;

	if (argc == 3 && !strcmp(argv[1], "-n"))
		cycles = strtoul(argv[2], NULL, 0);
	setlinebuf(stdout);
	ksft_print_header();
	if (was_loaded && unload())
		ksft_exit_skip("cvmstat is in use\n");
	ret = module_load("cvmstat", "");
	if (module_not_here(ret))
		ksft_exit_skip("cvmstat.ko cannot be loaded: %s\n", strerror(-ret));
	unload();
	ordinary = is_ordinary();
	ksft_set_plan(12 + ordinary);
	log = kmsg_open();
	if (ordinary)
		test_ordinary();
	test_refused("detail_slots=1000", params[0] ?
		     "force=1 detail_slots=1000" : "detail_slots=1000", -EINVAL,
		     "not a power of two");
	test_twice();
	test_generation();
	test_announced();
	test_storm();
	ksft_test_result(kmsg_clean(log), "no warning in the kernel's log\n");
	if (was_loaded)
		load();
	ksft_finished();
}
