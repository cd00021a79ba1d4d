// SPDX-License-Identifier: GPL-2.0
/*
 * Random messages, right ones and wrong ones, from one process a CPU, while
 * exits storm, the module comes and goes and, on SEV-ES, CPUs do. What the
 * specification calls right must succeed; no counter may go backwards; and in
 * the end the module answers as if nothing had been.
 *
 * fuzz [-n MESSAGES] [-s SEED]
 *
 * needs: long
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "lib/hotplug.h"
#include "lib/module.h"
#include "lib/monotonic.h"
#include "lib/mutate.h"
#include "lib/nl.h"
#include "lib/storm.h"
#include "lib/test.h"

#define MAX_WORKERS	8
#define MAX_ERRNO	134

/* What goes on meanwhile, and how often */
#define STORM_NICE	10
#define RELOAD_US	10000000
#define HOTPLUG_US	3000000
#define WATCH_US	250000

/* How often the module is told to go before the messages pause for it */
#define UNDER_FIRE	500

/* How often a long run says how far it is */
#define PROGRESS_S	60

/* How a message ended, besides by an errno (0: it was acknowledged). */
enum { ANSWERED = MAX_ERRNO, SILENT, NR_OUTCOMES };

/* Each is written by one process and read by the first one. */
struct worker {
	unsigned long sent;
	unsigned long right;
	unsigned long right_failed;
	unsigned long outcome[NR_OUTCOMES];
	char complaint[128];
};

static struct shared {
	struct worker worker[MAX_WORKERS];
	unsigned long loads;
	unsigned long load_failed;
	unsigned long hotplugs;
	unsigned long hotplug_failed;
	unsigned long dumps;
	unsigned long backwards;
	bool make_room;
} *shared;

static unsigned long messages = 20000;
static unsigned long long seed = 0x63766d73;

/* Where dumps take seconds there is always one that holds the module. */
static void maybe_wait(void)
{
	while (shared->make_room)
		usleep(1000);
}

/* The first error or acknowledgment of an answer, else what else it was. */
static int outcome_of(const struct nlmsghdr *hdr, ssize_t got)
{
	for (; NLMSG_OK(hdr, got); hdr = NLMSG_NEXT(hdr, got)) {
		int err = 0;

		if (hdr->nlmsg_flags & NLM_F_DUMP_INTR)
			return EINTR;
		if (hdr->nlmsg_type != NLMSG_ERROR && hdr->nlmsg_type != NLMSG_DONE)
			continue;
		memcpy(&err, NLMSG_DATA(hdr), sizeof(err));
		return -err < 0 || -err >= MAX_ERRNO ? EPROTO : -err;
	}
	return ANSWERED;
}

/* The kernel has answered when send() returns; a dump goes on when it is read. */
static int receive(struct nl *nl)
{
	static char buf[NL_REPLY_MAX];
	int outcome = SILENT;
	ssize_t got;

	while ((got = recv(nl->fd, buf, sizeof(buf), MSG_DONTWAIT)) != 0) {
		if (got < 0 && errno == EAGAIN)
			break;
		if (got < 0)
			return errno;
		if (outcome >= ANSWERED)
			outcome = outcome_of((void *)buf, got);
	}
	return outcome;
}

/* An inconsistent dump is no failure: the configuration changed meanwhile. */
static bool is_success(const struct nl_msg *msg, int outcome)
{
	if (fuzz_may_refuse(msg) && outcome == EOPNOTSUPP)
		return true;
	return !outcome || outcome == EINTR;
}

/* No module, or one on its way out, of which a dump can hold no reference. */
static bool is_away(int outcome)
{
	return outcome == ENOENT || outcome == EPROTONOSUPPORT;
}

static void judge(struct worker *worker, const struct nl_msg *msg, bool right,
		  int outcome)
{
	const struct genlmsghdr *genl = NLMSG_DATA(&msg->hdr);

	worker->sent++;
	worker->outcome[outcome]++;
	/* Without the module nothing can be right. */
	if (!right || is_away(outcome))
		return;
	worker->right++;
	if (is_success(msg, outcome))
		return;
	worker->right_failed++;
	snprintf(worker->complaint, sizeof(worker->complaint),
		 "message %lu, command %u: %s", worker->sent, genl->cmd,
		 outcome < MAX_ERRNO ? strerror(outcome) : "no answer");
}

static void work(struct worker *worker, unsigned long n, struct rng rng)
{
	struct nl nl = { .fd = -1 };

	while (worker->sent < n) {
		struct nl_msg msg;
		int outcome;
		bool right;

		maybe_wait();
		if (nl.fd < 0 && nl_open(&nl)) {
			nl.fd = -1;
			usleep(1000);
			continue;
		}
		right = fuzz_message(&rng, nl.family, &msg);
		if (send(nl.fd, msg.buf, msg.hdr.nlmsg_len, 0) < 0)
			outcome = errno;
		else
			outcome = receive(&nl);
		judge(worker, &msg, right, outcome);
		/* A reload may have given the family another number. */
		if (is_away(outcome))
			nl_close(&nl);
	}
	_exit(0);
}

static void make_room(unsigned int tries)
{
	shared->make_room = tries > UNDER_FIRE;
}

static int unload(void)
{
	int ret = module_unload_busy("cvmstat", make_room);

	shared->make_room = false;
	return ret;
}

/* Behind the messages, which are what takes the time, but all along. */
static void background_round(int cpu)
{
	static bool nice_set;

	if (!nice_set)
		nice_set = !setpriority(PRIO_PROCESS, 0, STORM_NICE);
	storm_round(cpu);
}

static void reload_round(int cpu)
{
	int ret;

	(void)cpu;
	usleep(RELOAD_US);
	ret = unload();
	/* Absent after a load that failed: the messages wait for the next one. */
	if (!ret || ret == -ENOENT)
		ret = module_load("cvmstat", "");
	if (ret) {
		printf("# reload: %s\n", strerror(-ret));
		shared->load_failed++;
	} else {
		shared->loads++;
	}
}

static void hotplug_round(int cpu)
{
	int cpus = sysconf(_SC_NPROCESSORS_CONF);

	cpu = 1 + shared->hotplugs % (cpus - 1);
	if (set_online(cpu, false) || set_online(cpu, true))
		shared->hotplug_failed++;
	else
		shared->hotplugs++;
	usleep(HOTPLUG_US);
}

static void watch_round(int cpu)
{
	static struct monotonic watch;

	(void)cpu;
	maybe_wait();
	switch (monotonic_check(&watch)) {
	case MONOTONIC_WRONG:
		printf("# went backwards: %s\n", watch.complaint);
		shared->backwards++;
		break;
	case MONOTONIC_RIGHT:
		shared->dumps++;
		break;
	case MONOTONIC_UNKNOWN:
		break;
	}
	usleep(WATCH_US);
}

static int start_workers(pid_t *pids)
{
	int i, n = sysconf(_SC_NPROCESSORS_ONLN);

	if (n > MAX_WORKERS)
		n = MAX_WORKERS;
	for (i = 0; i < n; i++) {
		struct rng rng = { .state = seed + i };
		unsigned long share = messages / n + (i < (int)(messages % n));

		fflush(NULL);
		pids[i] = fork();
		if (!pids[i])
			work(&shared->worker[i], share, rng);
	}
	return n;
}

/* On SNP and TDX CPUs stay. */
static bool cpus_go(void)
{
	return module_platform() == CVMSTAT_PLATFORM_SEV_ES &&
	       sysconf(_SC_NPROCESSORS_CONF) > 1;
}

static void storm_of_all(struct storm *storm, bool hotplug)
{
	int cpu, n = sysconf(_SC_NPROCESSORS_ONLN);

	for (cpu = 0; cpu < n; cpu++)
		storm_add(storm, cpu, background_round);
	storm_add(storm, -1, reload_round);
	storm_add(storm, -1, watch_round);
	if (hotplug)
		storm_add(storm, -1, hotplug_round);
}

/* A storm is ended by SIGKILL, which may come between unload and load. */
static void settle(void)
{
	int cpu, cpus = sysconf(_SC_NPROCESSORS_CONF);

	for (cpu = 1; cpu < cpus; cpu++)
		set_online(cpu, true);
	module_need();
}

static void sum_up(struct worker *all, int n)
{
	int i, k;

	for (i = 0; i < n; i++) {
		const struct worker *one = &shared->worker[i];

		all->sent += one->sent;
		all->right += one->right;
		all->right_failed += one->right_failed;
		for (k = 0; k < NR_OUTCOMES; k++)
			all->outcome[k] += one->outcome[k];
		if (one->complaint[0])
			ksft_print_msg("%s\n", one->complaint);
	}
}

/* Until all workers have ended. */
static void follow(const pid_t *pids, int n)
{
	unsigned long sent, seconds = 0;
	int i, k;

	for (i = 0; i < n; i++) {
		while (!waitpid(pids[i], NULL, WNOHANG)) {
			sleep(1);
			if (++seconds % PROGRESS_S)
				continue;
			for (k = 0, sent = 0; k < n; k++)
				sent += shared->worker[k].sent;
			ksft_print_msg("%lu of %lu messages so far\n", sent,
				       messages);
		}
	}
}

static void show(const struct worker *all)
{
	int i;

	for (i = 0; i < MAX_ERRNO; i++)
		if (all->outcome[i])
			ksft_print_msg("%10lu %s\n", all->outcome[i],
				       i ? strerrorname_np(i) : "acknowledged");
	ksft_print_msg("%10lu answered without an end\n", all->outcome[ANSWERED]);
	ksft_print_msg("%10lu not answered\n", all->outcome[SILENT]);
}

/* The last right message may have switched the counting off. */
static int count_all(struct nl *nl)
{
	struct nl_msg msg;

	nl_begin(&msg, nl->family, CVMSTAT_CMD_CONFIG_SET, 0);
	nl_put_u32(&msg, CVMSTAT_A_CONFIG_CLASSES, CVMSTAT_CLASSES_AUTO * 2 - 1);
	return nl_call(nl, &msg, NULL, NULL);
}

FIXTURE(fuzz) {
	int log;
	struct storm storm;
};

FIXTURE_SETUP(fuzz)
{
	self->log = kmsg_open();
}

FIXTURE_TEARDOWN(fuzz)
{
	EXPECT_TRUE(kmsg_clean(self->log));
}

/* What went on meanwhile, all of it as often as it could, and none of it went wrong. */
static void expect_meanwhile(struct __test_metadata *_metadata, bool hotplug)
{
	ksft_print_msg("{\"loads\": %lu, \"hotplugs\": %lu}\n", shared->loads,
		       shared->hotplugs);
	EXPECT_NE(0, shared->loads);
	EXPECT_EQ(0, shared->load_failed);
	if (hotplug)
		EXPECT_NE(0, shared->hotplugs);
	EXPECT_EQ(0, shared->hotplug_failed);
	EXPECT_NE(0, shared->dumps);
	EXPECT_EQ(0, shared->backwards);
}

TEST_LONG(fuzz, messages)
{
	bool hotplug = cpus_go();
	struct worker all = { 0 };
	pid_t pids[MAX_WORKERS];
	int n;

	ksft_print_msg("%lu messages, seed 0x%llx\n", messages, seed);
	storm_of_all(&self->storm, hotplug);
	n = start_workers(pids);
	follow(pids, n);
	storm_stop(&self->storm);
	settle();
	sum_up(&all, n);
	show(&all);
	ksft_print_msg("{\"messages\": %lu}\n", all.sent);
	EXPECT_EQ(messages, all.sent);
	EXPECT_NE(0, all.right);
	EXPECT_EQ(0, all.right_failed) TH_LOG("of %lu that were right", all.right);
	expect_meanwhile(_metadata, hotplug);
}

/* As if nothing had been: the module answers, and counts. */
TEST_LONG(fuzz, afterwards)
{
	struct nl_state state;
	__u64 before;
	struct nl nl;

	ASSERT_EQ(0, nl_open(&nl));
	EXPECT_EQ(0, nl_state(&nl, &state));
	EXPECT_EQ(0, count_all(&nl));
	before = nl_events(&nl);
	storm_round(0);
	EXPECT_NE(0, before);
	EXPECT_LT(before, nl_events(&nl));
	nl_close(&nl);
}

static void options(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "n:s:")) != -1) {
		if (opt == 'n')
			messages = strtoul(optarg, NULL, 0);
		else if (opt == 's')
			seed = strtoull(optarg, NULL, 0);
		else
			exit(KSFT_FAIL);
	}
}

int main(int argc, char **argv)
{
	options(argc, argv);
	setlinebuf(stdout);
	module_need();
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		ksft_exit_fail_msg("no memory\n");
	return harness(argc, argv);
}
