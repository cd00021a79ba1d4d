// SPDX-License-Identifier: GPL-2.0
/*
 * What is counted, and what is not when it is switched off: classes, details,
 * instruction pointers, handler times, user and kernel mode; and what is counted
 * around it: bounce buffers and idle states.
 *
 * needs: confidential
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/cvmstat.h>
#include <linux/cvmstat_codes.h>

#include "lib/module.h"
#include "lib/nl.h"
#include "lib/test.h"

/* A leaf of the hypervisor's, for which nobody else asks in user mode. */
#define LEAF		0x40000000
#define TIMES		500

extern const char cpuid_here[];

/* One that on SNP the CPUID page alone cannot answer. */
#define EXITING_LEAF	1

/* Without a loop around it that a compiler might unroll: there is one label. */
static __attribute__((noinline, noclone)) void cause_one(unsigned int leaf)
{
	unsigned int c = 0;

	asm volatile("cpuid_here: cpuid" : "+a" (leaf), "+c" (c) : : "rbx", "rdx");
}

static void cause_leaf(unsigned int leaf)
{
	unsigned int i;

	for (i = 0; i < TIMES; i++)
		cause_one(leaf);
}

static void cause(void)
{
	cause_leaf(LEAF);
}

FIXTURE(counting) {
	struct nl nl;
	struct nl_state before;
	__u32 class;		/* of the trap that CPUID is here */
	__u64 code;
	__u32 all;		/* classes that it moves */
};

FIXTURE_SETUP(counting)
{
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, nl_state(&self->nl, &self->before));
	self->class = CVMSTAT_CLASS_VC;
	self->code = CVMSTAT_SVM_CPUID;
	self->all = CVMSTAT_CLASSES_VC | CVMSTAT_CLASSES_VMGEXIT;
	if (self->before.platform == CVMSTAT_PLATFORM_TDX) {
		self->class = CVMSTAT_CLASS_VE;
		self->code = CVMSTAT_VE_CPUID;
		self->all = CVMSTAT_CLASSES_VE | CVMSTAT_CLASSES_TDVMCALL |
			    CVMSTAT_CLASSES_TDCALL;
	}
	if (self->before.platform == CVMSTAT_PLATFORM_NONE)
		SKIP(return, "not a confidential guest");
}

FIXTURE_TEARDOWN(counting)
{
	EXPECT_EQ(0, nl_set(&self->nl, &self->before));
	nl_close(&self->nl);
}

/* Which records to add up; what is zero does not matter. */
struct sum {
	__u32 class;
	bool any_code;
	__u64 code;
	bool has_detail;
	__u64 detail;
	__u64 rip;
	__u32 tgid;
	__u64 kernel;
	__u64 user;
	__u64 cycles;
	__u64 timed;
};

static void add_times(struct sum *sum, const struct nlattr *buckets)
{
	size_t i, n = (buckets->nla_len - NLA_HDRLEN) / sizeof(__u64);
	__u64 bucket;

	for (i = 0; i < n; i++) {
		memcpy(&bucket, (const char *)buckets + NLA_HDRLEN +
		       i * sizeof(bucket), sizeof(bucket));
		sum->timed += bucket;
	}
}

static void add(struct nlattr *const *attr, void *arg)
{
	struct sum *sum = arg;

	if (nl_u32(attr[CVMSTAT_A_COUNT_CLASS]) != sum->class)
		return;
	if (!sum->any_code && (!attr[CVMSTAT_A_COUNT_CODE] ||
			       nl_u64(attr[CVMSTAT_A_COUNT_CODE]) != sum->code))
		return;
	if (sum->has_detail &&
	    (!attr[CVMSTAT_A_COUNT_DETAIL] ||
	     nl_u64(attr[CVMSTAT_A_COUNT_DETAIL]) != sum->detail))
		return;
	if (sum->rip && (!attr[CVMSTAT_A_COUNT_RIP] ||
			 nl_u64(attr[CVMSTAT_A_COUNT_RIP]) != sum->rip))
		return;
	if (sum->tgid && (!attr[CVMSTAT_A_COUNT_TGID] ||
			  nl_u32(attr[CVMSTAT_A_COUNT_TGID]) != sum->tgid))
		return;
	if (attr[CVMSTAT_A_COUNT_BUCKETS]) {
		sum->cycles += nl_u64(attr[CVMSTAT_A_COUNT_CYCLES]);
		add_times(sum, attr[CVMSTAT_A_COUNT_BUCKETS]);
		return;
	}
	sum->kernel += nl_u64(attr[CVMSTAT_A_COUNT_KERNEL]);
	sum->user += nl_u64(attr[CVMSTAT_A_COUNT_USER]);
}

static struct sum ask(struct nl *nl, __u8 cmd, const struct sum *what)
{
	struct sum sum = *what;

	nl_get(nl, cmd, NLM_F_DUMP, add, &sum);
	return sum;
}

static __u64 events(struct nl *nl, __u32 class)
{
	struct sum what = { .class = class, .any_code = true };

	what = ask(nl, CVMSTAT_CMD_GET, &what);
	return what.kernel + what.user;
}

/* All classes that these traps move, but the one that is off. */
TEST_F(counting, classes)
{
	__u64 before[CVMSTAT_CLASS_AUTO + 1], after;
	struct nl_state state = self->before;
	__u32 off, class;

	for (off = 0; off <= CVMSTAT_CLASS_AUTO; off++) {
		if (!(self->all & 1U << off))
			continue;
		state.classes = self->before.classes & ~(1U << off);
		if (module_kernel_counts()) {
			EXPECT_EQ(-EOPNOTSUPP, nl_set(&self->nl, &state));
			continue;
		}
		ASSERT_EQ(0, nl_set(&self->nl, &state));
		for (class = 0; class <= CVMSTAT_CLASS_AUTO; class++)
			before[class] = events(&self->nl, class);
		cause_leaf(LEAF);
		cause_leaf(EXITING_LEAF);
		for (class = 0; class <= CVMSTAT_CLASS_AUTO; class++) {
			if (!(self->all & 1U << class))
				continue;
			after = events(&self->nl, class);
			if (class == off) {
				EXPECT_EQ(before[class], after)
					TH_LOG("class %u is off", off);
				continue;
			}
			EXPECT_LE(before[class] + TIMES, after)
				TH_LOG("class %u without %u", class, off);
		}
	}
}

TEST_F(counting, details)
{
	const struct sum what = {
		.class = self->class, .code = self->code,
		.has_detail = true, .detail = LEAF,
	};
	struct nl_state state = self->before;
	struct sum first, then;
	__u64 all;

	first = ask(&self->nl, CVMSTAT_CMD_DETAIL_GET, &what);
	cause();
	then = ask(&self->nl, CVMSTAT_CMD_DETAIL_GET, &what);
	EXPECT_EQ(first.user + TIMES, then.user);
	EXPECT_EQ(first.kernel, then.kernel);
	state.details = 0;
	if (module_kernel_counts()) {
		EXPECT_EQ(-EOPNOTSUPP, nl_set(&self->nl, &state));
		return;
	}
	ASSERT_EQ(0, nl_set(&self->nl, &state));
	all = events(&self->nl, self->class);
	cause();
	EXPECT_EQ(then.user,
		  ask(&self->nl, CVMSTAT_CMD_DETAIL_GET, &what).user);
	EXPECT_LE(all + TIMES, events(&self->nl, self->class));
}

/* The same trap in kernel mode, by the test bed's module. */
TEST_F(counting, kernel_mode)
{
	const struct sum what = {
		.class = self->class, .code = self->code,
		.has_detail = true, .detail = LEAF,
	};
	struct sum first, then;
	int ret;

	ret = module_load("cvmbed_trigger", "");
	if (ret && ret != -EEXIST)
		SKIP(return, "not in the test bed");
	first = ask(&self->nl, CVMSTAT_CMD_DETAIL_GET, &what);
	EXPECT_EQ(0, trigger("cpuid", TIMES, 0, LEAF));
	then = ask(&self->nl, CVMSTAT_CMD_DETAIL_GET, &what);
	EXPECT_EQ(first.kernel + TIMES, then.kernel);
	EXPECT_EQ(first.user, then.user);
	module_unload("cvmbed_trigger");
}

TEST_F(counting, rips)
{
	const struct sum what = {
		.class = self->class, .code = self->code,
		.rip = (unsigned long)cpuid_here, .tgid = getpid(),
	};
	struct nl_state state = self->before;
	struct sum sum;

	state.rips = 0;
	ASSERT_EQ(0, nl_set(&self->nl, &state));
	cause();
	sum = ask(&self->nl, CVMSTAT_CMD_RIP_GET, &what);
	EXPECT_EQ(0, sum.user);
	state.rips = 1;
	ASSERT_EQ(0, nl_set(&self->nl, &state));
	cause();
	sum = ask(&self->nl, CVMSTAT_CMD_RIP_GET, &what);
	/* A table that is full gives room to what comes often, not to all. */
	EXPECT_LE(TIMES / 2, sum.user);
	EXPECT_GE(TIMES, sum.user);
	EXPECT_EQ(0, sum.kernel);
}

TEST_F(counting, times)
{
	const struct sum what = { .class = self->class, .code = self->code };
	struct nl_state state = self->before;
	struct sum first, then;

	state.latency = 1;
	ASSERT_EQ(0, nl_set(&self->nl, &state));
	first = ask(&self->nl, CVMSTAT_CMD_HIST_GET, &what);
	cause();
	then = ask(&self->nl, CVMSTAT_CMD_HIST_GET, &what);
	EXPECT_LE(first.timed + TIMES, then.timed);
	EXPECT_LT(first.cycles, then.cycles);
	state.latency = 0;
	ASSERT_EQ(0, nl_set(&self->nl, &state));
	first = ask(&self->nl, CVMSTAT_CMD_HIST_GET, &what);
	cause();
	then = ask(&self->nl, CVMSTAT_CMD_HIST_GET, &what);
	EXPECT_EQ(first.timed, then.timed);
}

struct bounced {
	__u64 bounces;
	__u64 bytes;
};

static void add_bounces(struct nlattr *const *attr, void *arg)
{
	struct bounced *sum = arg;

	if (strcmp(nl_string(attr[CVMSTAT_A_AROUND_DRIVER]), "virtio-pci") &&
	    strcmp(nl_string(attr[CVMSTAT_A_AROUND_DRIVER]), "virtio_blk"))
		return;
	sum->bounces += nl_u64(attr[CVMSTAT_A_AROUND_BOUNCES]);
	sum->bytes += nl_u64(attr[CVMSTAT_A_AROUND_BYTES]);
}

TEST_F(counting, bounces)
{
	const size_t size = 1 << 20;
	struct bounced first = { 0 }, then = { 0 };
	void *buf;
	int fd = open("/dev/vda", O_RDONLY | O_DIRECT | O_CLOEXEC);

	if (fd < 0)
		SKIP(return, "no disk");
	ASSERT_EQ(0, posix_memalign(&buf, 4096, size));
	nl_get(&self->nl, CVMSTAT_CMD_BOUNCE_GET, NLM_F_DUMP, add_bounces,
	       &first);
	EXPECT_EQ((ssize_t)size, read(fd, buf, size));
	nl_get(&self->nl, CVMSTAT_CMD_BOUNCE_GET, NLM_F_DUMP, add_bounces,
	       &then);
	EXPECT_LT(first.bounces, then.bounces);
	EXPECT_LE(first.bytes + size, then.bytes);
	free(buf);
	close(fd);
}

static void add_idle(struct nlattr *const *attr, void *arg)
{
	*(__u64 *)arg += nl_u64(attr[CVMSTAT_A_AROUND_IDLE_ENTRIES]);
}

TEST_F(counting, idle)
{
	__u64 first = 0, then = 0;

	nl_get(&self->nl, CVMSTAT_CMD_IDLE_GET, NLM_F_DUMP, add_idle, &first);
	usleep(300000);
	nl_get(&self->nl, CVMSTAT_CMD_IDLE_GET, NLM_F_DUMP, add_idle, &then);
	EXPECT_LT(first, then);
}

int main(int argc, char **argv)
{
	module_need();
	return harness(argc, argv);
}
