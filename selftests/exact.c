// SPDX-License-Identifier: GPL-2.0
/*
 * Module and ledger agree to the last event.
 *
 * Between two instants at which the guest stands still (freeze/), all CPUs
 * cause mixed traps and exits, from user and kernel mode, by disk, console and
 * page state, while readers dump the counters. Each (class, reason, detail,
 * direction) must have moved by the same number on both sides. What the module
 * itself calls uncountable is listed with the ledger's count.
 *
 * exact [-n EVENTS] [-x TRIGGER]
 *
 * -x: without what that trigger causes in kernel mode
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

#include "lib/agree.h"
#include "lib/hooks.h"
#include "lib/ledger.h"
#include "lib/module.h"
#include "lib/nl.h"
#include "lib/run.h"
#include "lib/storm.h"
#include "lib/test.h"

#define ON(platform)	(1U << (platform))
#define ON_SNP		ON(CVMSTAT_PLATFORM_SNP)
#define ON_SEV		(ON(CVMSTAT_PLATFORM_SEV_ES) | ON_SNP)
#define ON_TDX		ON(CVMSTAT_PLATFORM_TDX)
#define ON_ALL		(ON_SEV | ON_TDX)
/* An SNP guest at another VMPL than 0. */
#define ON_SVSM		ON(31)

/* A port where QEMU's PC has nothing, and registers that can be read. */
#define PORT		0x560
#define MSR		0x8b
#define HPET		0xfed00000
#define IOAPIC		0xfec00000
#define LAPIC_VERSION	0xfee00030

/* A trap's reason that no table has. */
#define ODD_TRAPS	"7"
#define ODD_REASON	"0x4d2"

#define RTMR3		"/sys/class/misc/tdx_guest/measurements/rtmr3:sha384"

/* A call of the SVSM. */
#define SVSM(protocol, call)	((protocol) * (1UL << 32) | (call))

static unsigned long wanted = 10000;
static const char *left_out = "";
static unsigned int platform;
/* ON(platform), and what this guest is beside. */
static unsigned int here;

/* What the test bed's module causes in kernel mode: kmod/cause/, testbed/guest/trigger/. */
static const struct {
	const char *name;
	unsigned int platforms;
	unsigned int n;
	unsigned long arg;
} kernel_triggers[] = {
	{ "cpuid", ON_ALL, 20, 0x0 },
	{ "cpuid", ON_ALL, 20, 0x1 },
	{ "cpuid", ON_ALL, 20, 0x40000000 },
	{ "cpuid", ON_ALL, 20, 0x8000001e },
	{ "rdmsr", ON_ALL, 20, MSR },
	{ "wrmsr", ON_ALL, 20, MSR },
	{ "inb", ON_ALL, 20, PORT },
	{ "outw", ON_ALL, 20, PORT },
	{ "inl", ON_ALL, 20, PORT },
	{ "insb", ON_ALL, 2, PORT },
	{ "outsb", ON_ALL, 2, PORT },
	{ "outsb-long", ON_SEV, 2, PORT },
	{ "readb", ON_ALL, 20, IOAPIC },
	{ "readl", ON_ALL, 20, HPET },
	{ "readq", ON_ALL, 20, HPET },
	{ "writel", ON_ALL, 20, HPET },
	{ "writew", ON_ALL, 10, HPET },
	{ "readl", ON_SEV, 20, LAPIC_VERSION },
	{ "movs", ON_SEV, 20, HPET },
	{ "wbinvd", ON_SEV, 20, 0 },
	{ "rdpmc", ON_SEV, 20, 0 },
	{ "dr7-read", ON_SEV, 20, 0 },
	{ "dr7-write", ON_SEV, 20, 0 },
	{ "monitor", ON_SEV, 20, 0 },
	{ "mwait", ON_SEV, 20, 0 },
	{ "hypercall", ON_SEV, 20, 1 },
	{ "nmi", ON_ALL, 2, 0 },
	{ "page-convert", ON_ALL, 2, 0 },
	{ "svsm-query-protocol", ON_SVSM, 20, 0 },
	{ "svsm-pvalidate", ON_SVSM, 20, 0 },
	/* A vCPU that is none, no vTOM, a report for nobody; memory, a vTPM, and what is none. */
	{ "svsm", ON_SVSM, 5, SVSM(0, 3) },
	{ "svsm", ON_SVSM, 5, SVSM(0, 4) },
	{ "svsm", ON_SVSM, 5, SVSM(0, 5) },
	{ "svsm", ON_SVSM, 5, SVSM(0, 7) },
	{ "svsm", ON_SVSM, 5, SVSM(0, 0x99) },
	{ "svsm", ON_SVSM, 5, SVSM(1, 0) },
	{ "svsm", ON_SVSM, 5, SVSM(1, 1) },
	{ "svsm", ON_SVSM, 5, SVSM(2, 0) },
	{ "svsm", ON_SVSM, 5, SVSM(2, 1) },
	{ "svsm", ON_SVSM, 5, SVSM(0x1234, 0x5678) },
};

/* What its program causes in user mode, once: testbed/guest/trigger-main.c. */
static const struct {
	unsigned int platforms;
	const char *modprobe[4];
	const char *argv[7];
} user_triggers[] = {
	{ ON_ALL, {}, { "./trigger", "cpuid", "50", "0", "0x40000000" } },
	{ ON_SEV, {}, { "./trigger", "inb", "50", "0", "0x560" } },
	{ ON_SEV, {}, { "./trigger", "outl", "50", "0", "0x560" } },
	{ ON_SEV, {}, { "./trigger", "insb", "5", "0", "0x560" } },
	{ ON_SEV, {}, { "./trigger", "vmmcall", "50", "0", "1" } },
	{ ON_SEV, {}, { "./trigger", "vmmcall", "50", "0", "0xfedcba9876543210" } },
	{ ON_ALL, {}, { "./trigger", "odd-trap", ODD_TRAPS, "0", ODD_REASON } },
	{ ON_SNP, { "modprobe", "-q", "sev-guest" },
	  { "./trigger", "report", "1", "0", "0", "/dev/sev-guest" } },
	{ ON_SVSM, {}, { "./trigger", "tsm-report", "5", "0", "0", "svsm" } },
	{ ON_TDX, { "modprobe", "-q", "tdx-guest" },
	  { "./trigger", "tdx-report", "5", "0", "0", "/dev/tdx_guest" } },
	{ ON_TDX, {}, { "./trigger", "tsm-report", "2", "0", "0" } },
	/* Linux 6.16 and later. */
	{ ON_TDX, {}, { "./trigger", "rtmr-extend", "5", "0", "0", RTMR3 } },
};

static void kernel_round(int cpu)
{
	char text[80];
	size_t i;
	int fd;

	fd = open(TRIGGER, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		exit(1);
	for (i = 0; i < ARRAY_SIZE(kernel_triggers); i++) {
		if (!(kernel_triggers[i].platforms & here) ||
		    !strcmp(kernel_triggers[i].name, left_out))
			continue;
		snprintf(text, sizeof(text), "%s %u %d 0x%lx",
			 kernel_triggers[i].name, kernel_triggers[i].n, cpu,
			 kernel_triggers[i].arg);
		if (write(fd, text, strlen(text)) < 0)
			printf("# trigger %s: %m\n", text);
	}
	close(fd);
}

/* Past the page cache, so that each read is an I/O of the device. */
static void disk_round(int cpu)
{
	int fd = open("/dev/vda", O_RDONLY | O_DIRECT | O_CLOEXEC);
	void *buf;
	int i;

	(void)cpu;
	if (fd < 0 || posix_memalign(&buf, 4096, 65536)) {
		pause();
		return;
	}
	for (i = 0; i < 16; i++)
		if (read(fd, buf, 65536) <= 0)
			break;
	free(buf);
	close(fd);
}

static void console_round(int cpu)
{
	int fd = open("/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC);

	(void)cpu;
	if (fd >= 0) {
		/* Nothing that anybody would see. */
		dprintf(fd, "\r\r\r\r\r\r\r\r");
		close(fd);
	}
	usleep(200000);
}

static const __u8 dumps[] = {
	CVMSTAT_CMD_GET, CVMSTAT_CMD_DETAIL_GET, CVMSTAT_CMD_RIP_GET,
	CVMSTAT_CMD_HIST_GET, CVMSTAT_CMD_BOUNCE_GET, CVMSTAT_CMD_IDLE_GET,
	CVMSTAT_CMD_HOOK_GET, CVMSTAT_CMD_SNAPSHOT,
};

static void reader_round(int cpu)
{
	struct nl nl;
	size_t i;
	int ret;

	(void)cpu;
	ret = nl_open(&nl);
	if (ret) {
		printf("# reader: %s\n", strerror(-ret));
		exit(1);
	}
	for (i = 0; i < ARRAY_SIZE(dumps); i++) {
		ret = nl_get(&nl, dumps[i], NLM_F_DUMP, NULL, NULL);
		if (ret && ret != -EINTR)
			printf("# reader: command %u: %s\n", dumps[i],
			       strerror(-ret));
	}
	nl_close(&nl);
	usleep(20000);
}

/* RIPs and times: what must not change any count. */
static int set_costly(struct nl *nl, __u8 on)
{
	struct nl_msg msg;

	nl_begin(&msg, nl->family, CVMSTAT_CMD_CONFIG_SET, 0);
	nl_put_u8(&msg, CVMSTAT_A_CONFIG_RIPS, on);
	nl_put_u8(&msg, CVMSTAT_A_CONFIG_LATENCY, on);
	nl_put_u8(&msg, CVMSTAT_A_CONFIG_DURATIONS, on);
	return nl_call(nl, &msg, NULL, NULL);
}

static void config_round(int cpu)
{
	static __u8 on;
	struct nl nl;

	(void)cpu;
	if (nl_open(&nl))
		exit(1);
	on = !on;
	if (set_costly(&nl, on))
		printf("# config-set: %s\n", nl.extack);
	nl_close(&nl);
	usleep(300000);
}

/* Without what this kernel has no file for. */
static void user_round(void)
{
	const char *file;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(user_triggers); i++) {
		if (!(user_triggers[i].platforms & here))
			continue;
		if (user_triggers[i].modprobe[0])
			run(user_triggers[i].modprobe, NULL, ALL_CAPS);
		file = user_triggers[i].argv[5];
		if (file && file[0] == '/' && access(file, F_OK))
			continue;
		if (run(user_triggers[i].argv, NULL, ALL_CAPS))
			ksft_print_msg("trigger %s failed\n",
				       user_triggers[i].argv[1]);
	}
}

/* Where the test bed is slow, that many seconds and some more for each event. */
#define PATIENCE(events)	(1200 + (events) / 50)

/* All of it at once, until the module has counted as much as was wanted. */
static void mixed_load(struct nl *nl)
{
	__u64 start = nl_events(nl);
	struct storm storm = { 0 };
	time_t end = time(NULL) + PATIENCE(wanted);
	int cpu, n = sysconf(_SC_NPROCESSORS_ONLN);

	/* Once while nobody changes the configuration: all by the fast lane. */
	for (cpu = 0; cpu < n; cpu++)
		kernel_round(cpu);
	for (cpu = 0; cpu < n; cpu++) {
		storm_add(&storm, cpu, storm_round);
		storm_add(&storm, cpu, kernel_round);
	}
	storm_add(&storm, -1, disk_round);
	storm_add(&storm, -1, console_round);
	storm_add(&storm, -1, reader_round);
	storm_add(&storm, -1, reader_round);
	storm_add(&storm, -1, config_round);
	user_round();
	while (nl_events(nl) - start < wanted && time(NULL) < end)
		usleep(100000);
	storm_stop(&storm);
	/* And once nothing at all, so that idle CPUs halt. */
	sleep(1);
}

struct gap {
	struct gap *next;
	__u32 class;
	bool has_code;
	__u64 code;
	char why[256];
};

static const char *const class_names[] = CVMSTAT_CLASS_NAMES;

static void add_gap(struct nlattr *const *attr, void *arg)
{
	struct gap **list = arg, *gap = calloc(1, sizeof(*gap));

	if (!gap)
		abort();
	gap->class = nl_u32(attr[CVMSTAT_A_GAP_CLASS]);
	gap->has_code = attr[CVMSTAT_A_GAP_CODE];
	gap->code = nl_u64(attr[CVMSTAT_A_GAP_CODE]);
	snprintf(gap->why, sizeof(gap->why), "%s",
		 nl_string(attr[CVMSTAT_A_GAP_WHY]));
	gap->next = *list;
	*list = gap;
}

static const struct gap *find_gap(const struct gap *gap,
				  const struct count *count)
{
	for (; gap; gap = gap->next)
		if (gap->class < ARRAY_SIZE(class_names) &&
		    !strcmp(class_names[gap->class], count->class) &&
		    (!gap->has_code || gap->code == count->code))
			return gap;
	return NULL;
}

struct result {
	__u64 events;
	unsigned int keys;
	unsigned int wrong;
};

/* A gap excuses what the module did not count at all, and nothing else. */
static void compare_one(const struct count *key, __u64 ledger, __u64 module,
			const struct gap *gaps, struct result *result)
{
	const struct gap *gap = find_gap(gaps, key);

	if (gap && !module) {
		ksft_print_msg("uncountable: %s: %llu times: %s\n",
			       count_name(key), ledger, gap->why);
		return;
	}
	result->keys++;
	result->events += ledger;
	if (ledger == module)
		return;
	result->wrong++;
	ksft_print_msg("%s: ledger %llu, module %llu\n", count_name(key),
		       ledger, module);
}

static struct result compare_class(const char *class,
				   const struct counts *ledger,
				   const struct counts *module,
				   const struct gap *gaps)
{
	struct result result = { 0 };
	size_t i;

	for (i = 0; i < ledger->n; i++)
		if (!strcmp(ledger->v[i].class, class))
			compare_one(&ledger->v[i], ledger->v[i].n,
				    counts_value(module, &ledger->v[i]), gaps,
				    &result);
	for (i = 0; i < module->n; i++)
		if (!strcmp(module->v[i].class, class) &&
		    !counts_find(ledger, &module->v[i]))
			compare_one(&module->v[i], 0, module->v[i].n, gaps,
				    &result);
	return result;
}

/* What a platform's load must have caused; nothing of it would be a fault. */
static const __u32 expected[] = {
	[CVMSTAT_CLASS_VC] = ON_SEV,
	[CVMSTAT_CLASS_VMGEXIT] = ON_SEV,
	[CVMSTAT_CLASS_VE] = ON_TDX,
	[CVMSTAT_CLASS_TDVMCALL] = ON_TDX,
	[CVMSTAT_CLASS_TDCALL] = ON_TDX,
	[CVMSTAT_CLASS_AUTO] = ON_SEV,
	[CVMSTAT_CLASS_SVSM] = ON_SVSM,
};

static bool is_expected(__u32 class)
{
	return class < ARRAY_SIZE(expected) &&
	       (expected[class] & here);
}

/*
 * run-guest has them there, and not to be had is an error; make run_tests knows
 * where make has built modules, and the test bed's own are none of these.
 */
static void need_helper(const char *name)
{
	int ret = module_load(name, "");

	if (ret == -ENOENT && getenv("CVMSTAT_TEST_MODULES"))
		ksft_exit_skip("there is no %s.ko: selftests/run-guest brings it\n",
			       name);
	if (ret && ret != -EEXIST)
		ksft_exit_fail_msg("%s.ko: %s\n", name, strerror(-ret));
}

static void prepare(void)
{
	module_need();
	platform = module_platform();
	if (platform == CVMSTAT_PLATFORM_NONE)
		ksft_exit_skip("not a confidential guest\n");
	here = ON(platform) | (module_below_svsm() ? ON_SVSM : 0);
	if (!ledger_present())
		ksft_exit_skip("there is no ledger to compare with: not in cvmbed\n");
	need_helper("cvmbed_trigger");
	need_helper("cvmstat_freeze");
}

/* What the next test finds: the configuration as it was, and these unloaded. */
static void clean_up(struct nl *nl)
{
	set_costly(nl, 0);
	nl_close(nl);
	module_unload("cvmstat_freeze");
	module_unload("cvmbed_trigger");
}

static void options(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "n:x:")) != -1) {
		if (opt == 'n')
			wanted = strtoul(optarg, NULL, 0);
		else if (opt == 'x')
			left_out = optarg;
		else
			exit(KSFT_FAIL);
	}
}

/* What both counted of the load, and what the module says that it cannot count. */
static struct {
	struct counts ledger, module;
	struct gap *gaps;
} seen;

/* Between two instants at which nothing runs. */
static void count_load(struct nl *nl)
{
	struct counts ledger[2], module[2];
	int ret;

	nl_get(nl, CVMSTAT_CMD_GAP_GET, NLM_F_DUMP, add_gap, &seen.gaps);
	ret = ledger_freeze("exact-before", &ledger[0], &module[0]);
	if (!ret) {
		mixed_load(nl);
		ret = ledger_freeze("exact-after", &ledger[1], &module[1]);
	}
	if (ret)
		ksft_exit_fail_msg("freeze: %s\n", strerror(-ret));
	counts_since(&ledger[0], &ledger[1], &seen.ledger);
	agree_fold(&seen.ledger);
	counts_since(&module[0], &module[1], &seen.module);
}

FIXTURE(load) {
};

FIXTURE_SETUP(load)
{
}

FIXTURE_TEARDOWN(load)
{
}

TEST_F(load, events_wanted)
{
	__u64 n = counts_total(&seen.module, NULL);

	ksft_print_msg("%llu events counted, %lu wanted\n", n, wanted);
	EXPECT_GE(n, wanted);
}

/* Unknown reasons are counted, each under its own number. */
TEST_F(load, odd_traps)
{
	struct count key = {
		.code = strtoul(ODD_REASON, NULL, 0), .detail = "-", .op = '-'
	};

	snprintf(key.class, sizeof(key.class), "%s",
		 platform == CVMSTAT_PLATFORM_TDX ? "ve" : "vc");
	EXPECT_EQ(strtoul(ODD_TRAPS, NULL, 0), counts_value(&seen.module, &key))
		TH_LOG("%s", count_name(&key));
}

FIXTURE(class) {
};

FIXTURE_VARIANT(class) {
	__u32 class;
};

FIXTURE_VARIANT_ADD(class, vc) {
	.class = CVMSTAT_CLASS_VC,
};

FIXTURE_VARIANT_ADD(class, vmgexit) {
	.class = CVMSTAT_CLASS_VMGEXIT,
};

FIXTURE_VARIANT_ADD(class, ghcb_msr) {
	.class = CVMSTAT_CLASS_GHCB_MSR,
};

FIXTURE_VARIANT_ADD(class, ve) {
	.class = CVMSTAT_CLASS_VE,
};

FIXTURE_VARIANT_ADD(class, tdvmcall) {
	.class = CVMSTAT_CLASS_TDVMCALL,
};

FIXTURE_VARIANT_ADD(class, tdcall) {
	.class = CVMSTAT_CLASS_TDCALL,
};

FIXTURE_VARIANT_ADD(class, svsm) {
	.class = CVMSTAT_CLASS_SVSM,
};

FIXTURE_VARIANT_ADD(class, automatic) {
	.class = CVMSTAT_CLASS_AUTO,
};

FIXTURE_SETUP(class)
{
}

FIXTURE_TEARDOWN(class)
{
}

/* Where a class does not occur, both have nothing of it. */
TEST_F(class, agrees)
{
	struct result result = compare_class(class_names[variant->class], &seen.ledger,
					     &seen.module, seen.gaps);

	ksft_print_msg("%llu events of %u kinds, %u differ\n", result.events,
		       result.keys, result.wrong);
	EXPECT_EQ(0, result.wrong);
	if (is_expected(variant->class))
		EXPECT_NE(0, result.keys);
}

int main(int argc, char **argv)
{
	struct nl nl;

	options(argc, argv);
	setlinebuf(stdout);
	prepare();
	if (nl_open(&nl))
		ksft_exit_fail_msg("no family\n");
	count_load(&nl);
	if (hooks_missed(&nl))
		ksft_print_msg("what is missed of a trap or exit is not counted\n");
	clean_up(&nl);
	return harness(argc, argv);
}
