// SPDX-License-Identifier: GPL-2.0
/*
 * Tables that are full: what a user without any privilege can choose, CPUID
 * leaves, numbers of hypercalls, instruction pointers, fills no more than its own
 * share, and what is lost is told by reason. The ledger's tables are full as well
 * then: what holds the module to it comes before.
 *
 * needs: confidential
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/cvmstat.h>
#include <linux/cvmstat_codes.h>

#include "lib/caps.h"
#include "lib/ledger.h"
#include "lib/module.h"
#include "lib/nl.h"
#include "lib/storm.h"
#include "lib/tally.h"
#include "lib/test.h"

#include "cause/user.h"

/* More than any table here has room for. */
#define CHOICES		3500
/* What the operator does then, and a port where that does no harm. */
#define TIMES		50
#define PORT		0x80
#define HV_LEAF		0x40000000

static int platform;

static bool on_tdx(void)
{
	return platform == CVMSTAT_PLATFORM_TDX;
}

static int class_of_exit(void)
{
	return on_tdx() ? CVMSTAT_CLASS_TDVMCALL : CVMSTAT_CLASS_VMGEXIT;
}

static int class_of_trap(void)
{
	return on_tdx() ? CVMSTAT_CLASS_VE : CVMSTAT_CLASS_VC;
}

/* The codes of a trap and of its exit are the same. */
static __u64 code_of_cpuid(void)
{
	return on_tdx() ? (__u64)CVMSTAT_VE_CPUID : (__u64)CVMSTAT_SVM_CPUID;
}

static __u64 code_of_io(void)
{
	return on_tdx() ? (__u64)CVMSTAT_VE_IO : (__u64)CVMSTAT_SVM_IOIO;
}

static void choose(const char *name, __u64 first)
{
	const struct user_cause *cause = user_cause_find(user_causes, name);
	struct user_env env = { 0 };

	for (env.arg = first; env.arg < first + CHOICES; env.arg++)
		cause->once(&env);
}

/* As many leaves as there are tables to fill, and hypercalls. */
static void choose_details(void)
{
	choose("cpuid", 0);
	choose("cpuid", HV_LEAF);
	if (!on_tdx())
		choose("vmmcall", 0x1000);
}

#define STUB_SIZE	16

/* CPUID at as many addresses: cpuid; ret */
static void choose_places(void)
{
	static const unsigned char stub[] = { 0x0f, 0xa2, 0xc3 };
	unsigned char *code = mmap(NULL, CHOICES * STUB_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned int a, c;
	size_t i;

	if (code == MAP_FAILED)
		_exit(1);
	for (i = 0; i < CHOICES; i++) {
		memcpy(code + i * STUB_SIZE, stub, sizeof(stub));
		a = HV_LEAF;
		c = 0;
		asm volatile("call *%[stub]"
			     : "+a" (a), "+c" (c)
			     : [stub] "r" (code + i * STUB_SIZE)
			     : "rbx", "rdx", "memory");
	}
	munmap(code, CHOICES * STUB_SIZE);
}

/* On each CPU, as nobody. Return: whether all did. */
static bool by_nobody(void (*what)(void))
{
	int cpu, status, n = sysconf(_SC_NPROCESSORS_ONLN);
	bool done = true;
	pid_t pid;

	for (cpu = 0; cpu < n; cpu++) {
		pid = fork();
		if (!pid) {
			if (stay_on(cpu) || keep_only(-1))
				_exit(1);
			what();
			_exit(0);
		}
		if (pid < 0 || waitpid(pid, &status, 0) < 0 || status)
			done = false;
	}
	return done;
}

struct key {
	__u32 class;
	__u64 code;
	__u64 detail;
	__u8 record;	/* attribute of @detail */
	__u64 sum;
};

static void add_key(struct nlattr *const *attr, void *arg)
{
	struct key *key = arg;

	if (nl_u32(attr[CVMSTAT_A_COUNT_CLASS]) != key->class ||
	    !attr[CVMSTAT_A_COUNT_CODE] || nl_u64(attr[CVMSTAT_A_COUNT_CODE]) != key->code ||
	    !attr[key->record] || nl_u64(attr[key->record]) != key->detail)
		return;
	key->sum += nl_u64(attr[CVMSTAT_A_COUNT_KERNEL]) + nl_u64(attr[CVMSTAT_A_COUNT_USER]);
}

static __u64 port_writes(struct nl *nl, __u32 class)
{
	struct key key = { class, code_of_io(), PORT, CVMSTAT_A_COUNT_DETAIL, 0 };

	nl_get(nl, CVMSTAT_CMD_DETAIL_GET, NLM_F_DUMP, add_key, &key);
	return key.sum;
}

/* Each starts with empty tables. */
FIXTURE(full) {
	struct nl nl;
};

FIXTURE_VARIANT(full) {
	const char *params;
	bool rips;	/* which keep events from the fast lane */
};

FIXTURE_VARIANT_ADD(full, fast) {
	.params = "",
};

FIXTURE_VARIANT_ADD(full, slow) {
	.params = "",
	.rips = true,
};

FIXTURE_VARIANT_ADD(full, one_slot) {
	.params = "detail_slots=1",
	.rips = true,
};

FIXTURE_SETUP(full)
{
	ASSERT_EQ(0, module_unload_busy("cvmstat", NULL));
	ASSERT_EQ(0, module_load("cvmstat", variant->params));
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, nl_set_rips(&self->nl, variant->rips));
}

FIXTURE_TEARDOWN(full)
{
	nl_close(&self->nl);
}

/* Whatever was chosen before, others have their details. */
TEST_LONG(full, chosen_details)
{
	__u32 trap = class_of_trap(), exit = class_of_exit();
	bool one = !strcmp(variant->params, "detail_slots=1");
	struct tally before, after;
	unsigned int i;

	ASSERT_TRUE(by_nobody(choose_details));
	ASSERT_EQ(0, tally_read(&self->nl, CVMSTAT_CMD_DETAIL_GET, &before));
	ASSERT_EQ(0, trigger("outb", TIMES, 0, PORT));
	if (!on_tdx()) {
		ASSERT_EQ(0, ioperm(PORT, 1, 1));
		for (i = 0; i < TIMES; i++)
			outb(0, PORT);
	}
	ASSERT_EQ(0, tally_read(&self->nl, CVMSTAT_CMD_DETAIL_GET, &after));

	EXPECT_LT(0, tally_of(&before, trap, code_of_cpuid()).lost);
	/* The CPUID page answers them. */
	if (platform != CVMSTAT_PLATFORM_SNP)
		EXPECT_LT(0, tally_of(&before, exit, code_of_cpuid()).lost);
	if (!on_tdx()) {
		EXPECT_LT(0, tally_of(&before, trap, CVMSTAT_SVM_VMMCALL).lost);
		EXPECT_LT(0, tally_of(&before, exit, CVMSTAT_SVM_VMMCALL).lost);
	}
	EXPECT_EQ(0, tally_gaps(NULL, &before));
	EXPECT_EQ(0, tally_gaps(NULL, &after));
	EXPECT_EQ(0, after.nameless);
	/* Of one slot who comes first has it. */
	if (!one) {
		EXPECT_EQ(on_tdx() ? TIMES : 2 * TIMES, port_writes(&self->nl, exit));
		EXPECT_EQ(0, tally_of(&after, exit, code_of_io()).lost);
	}
}

/* The same for instruction pointers: the kernel's are there, whatever users do. */
TEST_LONG(full, chosen_places)
{
	struct tally before, after;
	unsigned int i;

	if (!variant->rips)
		return;
	/* What users wear down, one hit at a time. */
	ASSERT_EQ(0, trigger("cpuid", TIMES, 0, HV_LEAF));
	for (i = 0; i < 3; i++)
		ASSERT_TRUE(by_nobody(choose_places));
	ASSERT_EQ(0, tally_read(&self->nl, CVMSTAT_CMD_RIP_GET, &before));
	EXPECT_LT(0, tally_of(&before, class_of_trap(), code_of_cpuid()).lost);
	EXPECT_EQ(0, before.nameless);
	ASSERT_EQ(0, trigger("cpuid", TIMES, 0, HV_LEAF));
	ASSERT_EQ(0, tally_read(&self->nl, CVMSTAT_CMD_RIP_GET, &after));
	EXPECT_EQ(0, tally_gaps(&before, &after));
	EXPECT_EQ(tally_of(&before, class_of_trap(), code_of_cpuid()).lost,
		  tally_of(&after, class_of_trap(), code_of_cpuid()).lost);
}

/* What fills the tables of each class, by three details a reason. */
static const struct {
	unsigned int platforms;
	const char *name;
	__u64 args[3];
	struct {
		__u32 class;
		__u64 code;
	} moves[2];
} fillers[] = {
#define ON(platform)	(1U << (platform))
#define ON_SEV		(ON(CVMSTAT_PLATFORM_SEV_ES) | ON(CVMSTAT_PLATFORM_SNP))
#define ON_TDX		ON(CVMSTAT_PLATFORM_TDX)
#define SEV(name, a, b, c, vc, nae) \
	{ ON_SEV, name, { a, b, c }, { { CVMSTAT_CLASS_VC, vc }, { CVMSTAT_CLASS_VMGEXIT, nae } } }
#define TDX(name, a, b, c, ve, tdvmcall) \
	{ ON_TDX, name, { a, b, c }, { { CVMSTAT_CLASS_VE, ve }, \
				       { CVMSTAT_CLASS_TDVMCALL, tdvmcall } } }
	SEV("cpuid", HV_LEAF, HV_LEAF + 1, HV_LEAF + 2, CVMSTAT_SVM_CPUID, CVMSTAT_SVM_CPUID),
	SEV("inb", 0x560, 0x561, 0x562, CVMSTAT_SVM_IOIO, CVMSTAT_SVM_IOIO),
	SEV("rdmsr", 0x8b, 0x179, 0x1b, CVMSTAT_SVM_MSR, CVMSTAT_SVM_MSR),
	SEV("readl", 0xfed00000, 0xfed00004, 0xfee00030, CVMSTAT_SVM_NPF, CVMSTAT_NAE_MMIO_READ),
	SEV("writel", 0xfed00000, 0xfed00004, 0xfed000f0, CVMSTAT_SVM_NPF, CVMSTAT_NAE_MMIO_WRITE),
	SEV("hypercall", 1, 2, 3, CVMSTAT_SVM_VMMCALL, CVMSTAT_SVM_VMMCALL),
	TDX("cpuid", HV_LEAF, HV_LEAF + 1, HV_LEAF + 2, CVMSTAT_VE_CPUID, CVMSTAT_TDVMCALL_CPUID),
	TDX("inb", 0x560, 0x561, 0x562, CVMSTAT_VE_IO, CVMSTAT_TDVMCALL_IO),
	TDX("rdmsr", 0x8b, 0x179, 0x1b, CVMSTAT_VE_RDMSR, CVMSTAT_TDVMCALL_RDMSR),
	TDX("wrmsr", 0x8b, 0x250, 0x258, CVMSTAT_VE_WRMSR, CVMSTAT_TDVMCALL_WRMSR),
	TDX("readl", 0xfed00000, 0xfed00004, 0xfed000f0, CVMSTAT_VE_EPT_VIOLATION,
	    CVMSTAT_TDVMCALL_MMIO),
};

/* Of three details one slot has no more than one. */
TEST_LONG(full, each_class)
{
	struct tally before, after;
	size_t i, k;

	if (strcmp(variant->params, "detail_slots=1"))
		return;
	for (i = 0; i < ARRAY_SIZE(fillers); i++) {
		if (!(fillers[i].platforms & ON(platform)))
			continue;
		ASSERT_EQ(0, tally_read(&self->nl, CVMSTAT_CMD_DETAIL_GET, &before));
		for (k = 0; k < ARRAY_SIZE(fillers[i].args); k++)
			EXPECT_EQ(0, trigger(fillers[i].name, TIMES, 0, fillers[i].args[k]));
		ASSERT_EQ(0, tally_read(&self->nl, CVMSTAT_CMD_DETAIL_GET, &after));
		EXPECT_EQ(0, tally_gaps(&before, &after));
		EXPECT_EQ(0, after.nameless);
		for (k = 0; k < ARRAY_SIZE(fillers[i].moves); k++) {
			__u32 class = fillers[i].moves[k].class;
			__u64 code = fillers[i].moves[k].code;
			struct tally_reason was = tally_of(&before, class, code);
			struct tally_reason now = tally_of(&after, class, code);

			/* A #VC may have none in a register, a leaf be answered without exit. */
			if ((!now.records && !now.lost) || now.first < was.second + 3 * TIMES)
				continue;
			EXPECT_LE(was.lost + 2 * TIMES, now.lost)
				TH_LOG("%s class %u", fillers[i].name, now.class);
		}
	}
}

static bool is_cpuid(const struct count *count)
{
	return count->code == code_of_cpuid() &&
	       !strcmp(count->class, on_tdx() ? "ve" : "vc");
}

static bool is_more_than_fits(const struct count *count)
{
	return !strcmp(count->detail, "*");
}

/* The hypervisor lives through it, and counts as many as the module. */
TEST_LONG(full, ledger)
{
	struct counts ledger[2], module[2], since[2];
	int i;

	if (variant->rips)
		return;
	ASSERT_EQ(0, module_load("cvmstat_freeze", ""));
	for (i = 0; i < 2; i++) {
		if (i)
			EXPECT_TRUE(by_nobody(choose_details));
		EXPECT_EQ(0, ledger_freeze(i ? "full:after" : "full:before", &ledger[i],
					   &module[i]));
	}
	module_unload("cvmstat_freeze");
	counts_since(&ledger[0], &ledger[1], &since[0]);
	counts_since(&module[0], &module[1], &since[1]);
	EXPECT_LE(CHOICES, counts_total(&since[0], is_cpuid));
	EXPECT_EQ(counts_total(&since[0], is_cpuid), counts_total(&since[1], is_cpuid));
	EXPECT_LT(0, counts_total(&since[0], is_more_than_fits));
}

int main(int argc, char **argv)
{
	int ret;

	module_need();
	platform = module_platform();
	if (module_kernel_counts())
		ksft_exit_skip("the kernel counts by itself, in tables of its own\n");
	if (module_load("cvmbed_trigger", "") || !ledger_present())
		ksft_exit_skip("not in the test bed\n");
	ret = harness(argc, argv);
	module_unload("cvmbed_trigger");
	/* What others find is as it comes. */
	module_unload_busy("cvmstat", NULL);
	module_need();
	return ret;
}
