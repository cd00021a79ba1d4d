// SPDX-License-Identifier: GPL-2.0
/*
 * Guests that raise no trap: ordinary ones, by baseline=1, and those behind a
 * paravisor. What the kernel tells of its exits is held against the hypervisor's
 * ledger: it is an estimate, and has to be a good one.
 *
 * needs: ordinary
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/cvmstat.h>
#include <linux/cvmstat_codes.h>

#include "lib/ledger.h"
#include "lib/module.h"
#include "lib/nl.h"
#include "lib/run.h"
#include "lib/storm.h"
#include "lib/test.h"

#define MSR_DEVICE	"/dev/cpu/0/msr"
#define MSR_APIC_BASE	0x1b
#define READS		200
#define PINGS		300
#define BLOCKS		200
#define NAPS		100
#define NAP_US		3000
#define IOAPIC_PAGE	0xfec00000ULL
/* Fewer say nothing of an estimate; so far it may be off, in percent. */
#define FEW		40
#define OFF_PERCENT	20

static int platform;

static const char *params(void)
{
	return platform == CVMSTAT_PLATFORM_NONE ? "baseline=1" : "";
}

FIXTURE(ordinary) {
	struct nl nl;
	struct counts ledger[2], module[2], moved, seen;
};

FIXTURE_SETUP(ordinary)
{
	module_unload("cvmstat");
	ASSERT_EQ(0, module_load("cvmstat", params()));
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, module_load("cvmstat_freeze", ""));
}

FIXTURE_TEARDOWN(ordinary)
{
	nl_close(&self->nl);
	module_unload("cvmstat_freeze");
	module_unload("cvmstat");
}

static void read_msr(unsigned int n)
{
	static const char *const modprobe[] = { "modprobe", "msr", NULL };
	__u64 val;
	int fd;

	run(modprobe, "/dev/null", ALL_CAPS);
	fd = open(MSR_DEVICE, O_RDONLY | O_CLOEXEC);
	stay_on(0);
	while (fd >= 0 && n--)
		if (pread(fd, &val, sizeof(val), MSR_APIC_BASE) != sizeof(val))
			break;
	close(fd);
}

/* The other side answers each byte, on another CPU if there is one. */
static void ping(unsigned int n)
{
	int to[2], from[2];
	char byte = 0;
	pid_t child;

	if (pipe(to) || pipe(from))
		return;
	child = fork();
	if (!child) {
		stay_on(sysconf(_SC_NPROCESSORS_ONLN) - 1);
		while (n-- && read(to[0], &byte, 1) == 1)
			if (write(from[1], &byte, 1) != 1)
				break;
		_exit(0);
	}
	while (n-- && write(to[1], &byte, 1) == 1)
		if (read(from[0], &byte, 1) != 1)
			break;
	waitpid(child, NULL, 0);
	close(to[0]);
	close(to[1]);
	close(from[0]);
	close(from[1]);
}

static void read_disk(unsigned int n)
{
	int fd = open("/dev/vda", O_RDONLY | O_DIRECT | O_CLOEXEC);
	void *buf;

	if (fd < 0 || posix_memalign(&buf, 4096, 4096))
		return;
	while (n--)
		if (pread(fd, buf, 4096, n * 4096) != 4096)
			break;
	free(buf);
	close(fd);
}

static void nap(unsigned int n)
{
	while (n--)
		usleep(NAP_US);
}

/* Of what nobody tells: CPUID, ports, and MMIO of other devices than virtio's. */
static bool is_told(const struct count *c)
{
	if (strcmp(c->class, "auto"))
		return false;
	if (c->code == CVMSTAT_SVM_NPF)
		return (strtoull(c->detail, NULL, 0) & ~0xfffULL) != IOAPIC_PAGE;
	return c->code == CVMSTAT_SVM_MSR || c->code == CVMSTAT_SVM_HLT ||
	       c->code == CVMSTAT_SVM_VMMCALL;
}

static bool is_hypercall(const struct count *c)
{
	return !strcmp(c->class, "auto") && c->code == CVMSTAT_SVM_VMMCALL;
}

static bool is_close(__u64 want, __u64 have)
{
	__u64 off = want > have ? want - have : have - want;

	return off <= want * OFF_PERCENT / 100 + FEW / 4;
}

/* Before Linux 6.18 a flush does not say its call. */
static bool all_have_details(const struct counts *counts)
{
	size_t i;

	for (i = 0; i < counts->n; i++)
		if (is_hypercall(&counts->v[i]) && !strcmp(counts->v[i].detail, "-"))
			return false;
	return true;
}

static unsigned int differences(const struct counts *moved, const struct counts *seen)
{
	bool details = all_have_details(seen);
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < moved->n; i++) {
		const struct count *c = &moved->v[i];
		__u64 have = counts_value(seen, c);
		bool close = is_close(c->n, have);

		if (!is_told(c) || c->n < FEW || (is_hypercall(c) && !details))
			continue;
		ksft_print_msg("%s: ledger %llu, module %llu%s\n", count_name(c), c->n, have,
			       close ? "" : ", too far off");
		n += !close;
	}
	return n;
}

TEST_LONG(ordinary, estimates)
{
	struct count reads = { "auto", CVMSTAT_SVM_MSR, "0x1b", 'r', 0 };
	__u64 calls, told;

	ASSERT_EQ(0, ledger_freeze("ordinary:before", &self->ledger[0], &self->module[0]));
	read_msr(READS);
	ping(PINGS);
	read_disk(BLOCKS);
	nap(NAPS);
	ASSERT_EQ(0, ledger_freeze("ordinary:after", &self->ledger[1], &self->module[1]));
	counts_since(&self->ledger[0], &self->ledger[1], &self->moved);
	counts_since(&self->module[0], &self->module[1], &self->seen);
	EXPECT_EQ(0, differences(&self->moved, &self->seen));
	/* These are caused one by one. */
	EXPECT_EQ(READS, counts_value(&self->moved, &reads));
	EXPECT_EQ(READS, counts_value(&self->seen, &reads));
	calls = counts_total(&self->moved, is_hypercall);
	told = counts_total(&self->seen, is_hypercall);
	ksft_print_msg("%llu hypercalls, %llu told\n", calls, told);
	EXPECT_TRUE(is_close(calls, told));
}

struct said {
	unsigned int trapped;	/* gaps of traps */
	unsigned int counted;	/* reasons of class auto that claim too much */
	unsigned int auto_gaps;
};

static void add_gap(struct nlattr *const *attr, void *arg)
{
	__u32 class = nl_u32(attr[CVMSTAT_A_GAP_CLASS]);
	struct said *said = arg;

	said->auto_gaps += class == CVMSTAT_CLASS_AUTO;
	if (class == CVMSTAT_CLASS_VC || class == CVMSTAT_CLASS_VE)
		said->trapped += !!strstr(nl_string(attr[CVMSTAT_A_GAP_WHY]),
					  "taken by the paravisor, out of sight");
}

static void add_count(struct nlattr *const *attr, void *arg)
{
	__u64 code = nl_u64(attr[CVMSTAT_A_COUNT_CODE]);
	bool estimated = nl_u32(attr[CVMSTAT_A_COUNT_PROVENANCE]) ==
			 CVMSTAT_PROVENANCE_ESTIMATED;
	struct said *said = arg;

	/* From Linux 6.18 on hypercalls are counted indeed. */
	if (nl_u32(attr[CVMSTAT_A_COUNT_CLASS]) == CVMSTAT_CLASS_AUTO &&
	    code != CVMSTAT_SVM_VMMCALL)
		said->counted += !estimated;
}

/* An estimate says that it is one, and what is out of sight is said to be. */
TEST_LONG(ordinary, claims)
{
	struct said said = { 0 };

	EXPECT_EQ(0, nl_get(&self->nl, CVMSTAT_CMD_GET, NLM_F_DUMP, add_count, &said));
	EXPECT_EQ(0, nl_get(&self->nl, CVMSTAT_CMD_GAP_GET, NLM_F_DUMP, add_gap, &said));
	EXPECT_EQ(0, said.counted);
	EXPECT_LE(5, said.auto_gaps);
	EXPECT_EQ(platform != CVMSTAT_PLATFORM_NONE, said.trapped);
}

/* Behind a paravisor the module needs no parameter; elsewhere it says which. */
TEST_LONG(ordinary, asked)
{
	int log = kmsg_open();
	char line[256] = "";

	module_unload("cvmstat_freeze");
	module_unload("cvmstat");
	if (platform == CVMSTAT_PLATFORM_NONE) {
		EXPECT_EQ(-ENODEV, module_load("cvmstat", ""));
		EXPECT_LE(1, kmsg_find(log, kmsg_module, line));
		EXPECT_NE(NULL, strstr(line, "an ordinary VM, not a confidential guest"));
	} else {
		EXPECT_EQ(0, module_load("cvmstat", ""));
		EXPECT_LE(1, kmsg_find(log, kmsg_module, line));
		EXPECT_NE(NULL, strstr(line, "behind Hyper-V's paravisor"));
	}
	close(log);
}

int main(int argc, char **argv)
{
	int ret = module_load("cvmstat", "baseline=1");

	if (ret && ret != -EEXIST) {
		if (module_not_here(ret))
			ksft_exit_skip("cvmstat.ko cannot be loaded: %s\n", strerror(-ret));
		ksft_exit_fail_msg("cvmstat.ko cannot be loaded: %s\n", strerror(-ret));
	}
	platform = module_platform();
	if (platform == CVMSTAT_PLATFORM_SEV_ES || platform == CVMSTAT_PLATFORM_SNP ||
	    platform == CVMSTAT_PLATFORM_TDX)
		ksft_exit_skip("a guest that raises traps\n");
	if (!ledger_present())
		ksft_exit_skip("not in the test bed\n");
	return harness(argc, argv);
}
