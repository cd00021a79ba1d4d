// SPDX-License-Identifier: GPL-2.0
/*
 * trigger - drive one cause exactly N times in user mode.
 *
 * trigger NAME N CPU ARGUMENT [FILE]
 *
 * The causes are those of the library (kmod/cause/user.c) and those below, which
 * only a test may have. ARGUMENT is what it is about: CPUID leaf, port, physical
 * address. FILE is the device for an ioctl, and for an MMIO access what to map: a
 * PCI device's resource in sysfs, in whose first page ARGUMENT lies, and for a
 * report by configfs the service. The marks are
 * those of the kernel's triggers (trigger/main.c) with "u-" before the name.
 * Interrupts are on, so that timer interrupts may add their own exits.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sev-guest.h>
#include <linux/types.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cause/user.h"
#include "mark.h"
#include "tdx-report.h"

/* What the host answers, for who wants to see it: its output exits. */
static void print_inb(const struct user_env *env)
{
	printf("%02x\n", inb(env->arg));
}

/* The hypervisor answers this leaf by a trap of the reason in ECX (hv/cpuid.h). */
#define ODD_TRAP_LEAF	0x4f0ddca5

static sigjmp_buf survived;

static void survive(int sig)
{
	siglongjmp(survived, sig);
}

/* Linux sends SIGBUS for a #VC that it does not know, SIGSEGV for a #VE. */
static void odd_trap(const struct user_env *env)
{
	unsigned int a, b, c, d;

	signal(SIGBUS, survive);
	signal(SIGSEGV, survive);
	if (sigsetjmp(survived, 1))
		return;
	__cpuid_count(ODD_TRAP_LEAF, (unsigned int)env->arg, a, b, c, d);
	errx(1, "the trap was handled");
}

/*
 * The host refuses each request, and the driver takes the key away that it was
 * made with: a second request with that key never leaves the guest.
 */
static void guest_request(int device, unsigned long request, void *data)
{
	struct snp_report_resp response = { 0 };
	struct snp_guest_request_ioctl argument = {
		.msg_version = 1,
		.req_data = (unsigned long)data,
		.resp_data = (unsigned long)&response,
	};

	if (!ioctl(device, request, &argument))
		warnx("a guest request was served");
}

static void report(const struct user_env *env)
{
	struct snp_report_req request = { 0 };

	guest_request(env->device, SNP_GET_REPORT, &request);
}

static void ext_report(const struct user_env *env)
{
	struct snp_ext_report_req request = { 0 };

	guest_request(env->device, SNP_GET_EXT_REPORT, &request);
}

static void tdx_report(const struct user_env *env)
{
	struct tdx_report request = { 0 };

	if (ioctl(env->device, TDX_GET_REPORT0, &request))
		warn("TDX_GET_REPORT0");
}

/* FILE, for a report: who is asked, if not the platform's firmware. */
static const char *service;

#define CONFIGFS	"/sys/kernel/config"
#define REPORT		CONFIGFS "/tsm/report/trigger"

static void write_file(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		err(1, "%s", path);
	close(fd);
}

/*
 * Linux, Documentation/ABI/testing/configfs-tsm-report: data in, which makes a
 * report due, and the report out, if there is one.
 */
static void tsm_report(const struct user_env *env)
{
	(void)env;
	static const char data[64] = "cvmbed";
	char out[4096];
	int fd;

	mount("configfs", CONFIGFS, "configfs", 0, NULL);
	if (mkdir(REPORT, 0700) && errno != EEXIST)
		err(1, REPORT);
	if (service)
		write_file(REPORT "/service_provider", service, strlen(service));
	write_file(REPORT "/inblob", data, sizeof(data));
	fd = open(REPORT "/outblob", O_RDONLY);
	if (fd < 0)
		err(1, REPORT "/outblob");
	/* Whether one comes depends on the platform. */
	if (read(fd, out, sizeof(out)) < 0 && errno != EINVAL && errno != EIO)
		err(1, REPORT "/outblob");
	close(fd);
	rmdir(REPORT);
}

/* SHA-384 is what an RTMR takes; of zeros here. Linux, tsm-mr. */
static void rtmr_extend(const struct user_env *env)
{
	static const char digest[48];

	if (pwrite(env->device, digest, sizeof(digest), 0) != sizeof(digest))
		warn("an RTMR");
}

static const struct user_cause test_causes[] = {
	{ "print-inb", USER_NEEDS_PORT, print_inb },
	{ "odd-trap", USER_NEEDS_NOTHING, odd_trap },
	{ "report", USER_NEEDS_DEVICE, report },
	{ "ext-report", USER_NEEDS_DEVICE, ext_report },
	{ "tdx-report", USER_NEEDS_DEVICE, tdx_report },
	{ "tsm-report", USER_NEEDS_NOTHING, tsm_report },
	{ "rtmr-extend", USER_NEEDS_DEVICE, rtmr_extend },
	{ NULL, USER_NEEDS_NOTHING, NULL },
};

static const struct user_cause *find(const char *name)
{
	const struct user_cause *cause = user_cause_find(user_causes, name);

	cause = cause ?: user_cause_find(test_causes, name);
	if (!cause)
		errx(2, "no cause '%s'", name);
	return cause;
}

static void prepare(enum user_need need, struct user_env *env, const char *path)
{
	size_t size = sysconf(_SC_PAGESIZE);
	void *page;

	if (need == USER_NEEDS_PORT && ioperm(env->arg, 4, 1))
		err(1, "port 0x%llx", env->arg);
	if (need < USER_NEEDS_MMIO)
		return;
	if (!path)
		errx(2, "this cause needs a file");
	env->device = open(path, O_RDWR);
	if (env->device < 0)
		err(1, "%s", path);
	if (need != USER_NEEDS_MMIO)
		return;
	page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, env->device, 0);
	if (page == MAP_FAILED)
		err(1, "%s", path);
	env->mmio = (__u8 *)page + env->arg % size;
}

static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "CPU %d", cpu);
}

int main(int argc, char **argv)
{
	char before[MARK_LABEL_MAX + 1], after[MARK_LABEL_MAX + 1];
	const struct user_cause *cause;
	struct user_env env = { 0 };
	unsigned long n, i;
	int cpu;

	if (argc < 5)
		errx(2, "usage: trigger NAME N CPU ARGUMENT [FILE]");
	cause = find(argv[1]);
	n = strtoul(argv[2], NULL, 0);
	cpu = atoi(argv[3]);
	env.arg = strtoull(argv[4], NULL, 0);
	service = argv[5];
	stay_on(cpu);
	prepare(cause->need, &env, argv[5]);
	if (mlockall(MCL_CURRENT | MCL_FUTURE) || mark_open())
		err(1, "cannot prepare");
	snprintf(before, sizeof(before), "u-%s:%lu:%d:0x%llx:before",
		 cause->name, n, cpu, env.arg);
	snprintf(after, sizeof(after), "u-%s:%lu:%d:0x%llx:after",
		 cause->name, n, cpu, env.arg);
	mark_write(before);
	for (i = 0; i < n; i++)
		cause->once(&env);
	mark_write(after);
	mark_close();
	return 0;
}
