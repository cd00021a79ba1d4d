// SPDX-License-Identifier: GPL-2.0
/*
 * trigger - cause one reason of an exit exactly N times from user space.
 *
 * trigger NAME N CPU ARGUMENT [FILE]
 *
 * ARGUMENT is the reason's detail: CPUID leaf, port, physical address. FILE is
 * the device for an ioctl, and for an MMIO access what to map: a PCI device's
 * resource in sysfs, in whose first page ARGUMENT lies. The marks are those of
 * the kernel's triggers (trigger/main.c) with "u-" before the name. Interrupts
 * are on, so that timer interrupts may add their own exits.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <err.h>
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
#include <unistd.h>

#include "mark.h"
#include "tdx-report.h"

static __u8 string_buffer[64];
static __u8 *mmio;
static int device;

static void run_cpuid(unsigned long n, __u64 arg)
{
	unsigned int a, b, c, d;

	while (n--)
		__cpuid_count(arg, 0, a, b, c, d);
}

static void run_inb(unsigned long n, __u64 arg)
{
	while (n--)
		inb(arg);
}

/* What the host answers, for who wants to see it: no marks, and its output exits. */
static void run_print_inb(unsigned long n, __u64 arg)
{
	while (n--)
		printf("%02x\n", inb(arg));
}

static void run_inw(unsigned long n, __u64 arg)
{
	while (n--)
		inw(arg);
}

static void run_inl(unsigned long n, __u64 arg)
{
	while (n--)
		inl(arg);
}

static void run_outb(unsigned long n, __u64 arg)
{
	while (n--)
		outb(0, arg);
}

static void run_outw(unsigned long n, __u64 arg)
{
	while (n--)
		outw(0, arg);
}

static void run_outl(unsigned long n, __u64 arg)
{
	while (n--)
		outl(0, arg);
}

static void run_insb(unsigned long n, __u64 arg)
{
	while (n--)
		insb(arg, string_buffer, sizeof(string_buffer));
}

static void run_outsb(unsigned long n, __u64 arg)
{
	while (n--)
		outsb(arg, string_buffer, sizeof(string_buffer));
}

static void run_readb(unsigned long n, __u64 arg)
{
	__u8 value;

	(void)arg;
	while (n--)
		asm volatile("movb %1, %0" : "=q" (value) : "m" (*mmio));
}

static void run_readl(unsigned long n, __u64 arg)
{
	__u32 value;

	(void)arg;
	while (n--)
		asm volatile("movl %1, %0" : "=r" (value) : "m" (*mmio));
}

static void run_writel(unsigned long n, __u64 arg)
{
	(void)arg;
	while (n--)
		asm volatile("movl %1, %0" : "=m" (*mmio) : "r" (0));
}

static void run_vmmcall(unsigned long n, __u64 arg)
{
	unsigned long result;

	while (n--) {
		result = arg;
		asm volatile("vmmcall" : "+a" (result) : "b" (0), "c" (0),
			     "d" (0), "S" (0) : "memory");
	}
}

static void run_rdtsc(unsigned long n, __u64 arg)
{
	(void)arg;
	while (n--)
		__builtin_ia32_rdtsc();
}

static void run_rdtscp(unsigned long n, __u64 arg)
{
	unsigned int aux;

	(void)arg;
	while (n--)
		__builtin_ia32_rdtscp(&aux);
}

/* The hypervisor answers this leaf by a trap of the reason in ECX (hv/cpuid.h). */
#define ODD_TRAP_LEAF	0x4f0ddca5

static sigjmp_buf survived;

static void survive(int sig)
{
	siglongjmp(survived, sig);
}

/* Linux sends SIGBUS for a #VC that it does not know, SIGSEGV for a #VE. */
static void run_odd_trap(unsigned long n, __u64 arg)
{
	volatile unsigned long left = n;
	unsigned int a, b, c, d;

	signal(SIGBUS, survive);
	signal(SIGSEGV, survive);
	while (left) {
		left--;
		if (sigsetjmp(survived, 1))
			continue;
		__cpuid_count(ODD_TRAP_LEAF, (unsigned int)arg, a, b, c, d);
		errx(1, "the trap was handled");
	}
}

/*
 * The host refuses each request, and the driver takes the key away that it was
 * made with: a second request with that key never leaves the guest.
 */
static void guest_requests(unsigned long n, unsigned long request, void *data)
{
	struct snp_report_resp response = { 0 };
	struct snp_guest_request_ioctl argument = {
		.msg_version = 1,
		.req_data = (unsigned long)data,
		.resp_data = (unsigned long)&response,
	};

	while (n--)
		if (!ioctl(device, request, &argument))
			warnx("a guest request was served");
}

static void run_report(unsigned long n, __u64 arg)
{
	struct snp_report_req request = { 0 };

	(void)arg;
	guest_requests(n, SNP_GET_REPORT, &request);
}

static void run_ext_report(unsigned long n, __u64 arg)
{
	struct snp_ext_report_req request = { 0 };

	(void)arg;
	guest_requests(n, SNP_GET_EXT_REPORT, &request);
}

static void run_tdx_report(unsigned long n, __u64 arg)
{
	struct tdx_report report = { 0 };

	(void)arg;
	while (n--)
		if (ioctl(device, TDX_GET_REPORT0, &report))
			warn("TDX_GET_REPORT0");
}

/* What a trigger needs beforehand. */
enum need { NEEDS_NOTHING, NEEDS_PORT, NEEDS_MMIO, NEEDS_DEVICE };

static const struct trigger {
	const char *name;
	void (*run)(unsigned long n, __u64 arg);
	enum need need;
} triggers[] = {
	{ "cpuid", run_cpuid, NEEDS_NOTHING },
	{ "inb", run_inb, NEEDS_PORT },
	{ "print-inb", run_print_inb, NEEDS_PORT },
	{ "inw", run_inw, NEEDS_PORT },
	{ "inl", run_inl, NEEDS_PORT },
	{ "outb", run_outb, NEEDS_PORT },
	{ "outw", run_outw, NEEDS_PORT },
	{ "outl", run_outl, NEEDS_PORT },
	{ "insb", run_insb, NEEDS_PORT },
	{ "outsb", run_outsb, NEEDS_PORT },
	{ "readb", run_readb, NEEDS_MMIO },
	{ "readl", run_readl, NEEDS_MMIO },
	{ "writel", run_writel, NEEDS_MMIO },
	{ "vmmcall", run_vmmcall, NEEDS_NOTHING },
	{ "rdtsc", run_rdtsc, NEEDS_NOTHING },
	{ "rdtscp", run_rdtscp, NEEDS_NOTHING },
	{ "odd-trap", run_odd_trap, NEEDS_NOTHING },
	{ "report", run_report, NEEDS_DEVICE },
	{ "ext-report", run_ext_report, NEEDS_DEVICE },
	{ "tdx-report", run_tdx_report, NEEDS_DEVICE },
	{ NULL, NULL, NEEDS_NOTHING },
};

static const struct trigger *find_trigger(const char *name)
{
	const struct trigger *trigger;

	for (trigger = triggers; trigger->name; trigger++)
		if (!strcmp(trigger->name, name))
			return trigger;
	errx(2, "no trigger '%s'", name);
}

static void map_device(const char *path, __u64 arg)
{
	size_t size = sysconf(_SC_PAGESIZE);
	void *page;

	page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, device, 0);
	if (page == MAP_FAILED)
		err(1, "%s", path);
	mmio = (__u8 *)page + arg % size;
}

static void prepare(enum need need, __u64 arg, const char *path)
{
	if (need == NEEDS_PORT && ioperm(arg, 4, 1))
		err(1, "port 0x%llx", arg);
	if (need < NEEDS_MMIO)
		return;
	if (!path)
		errx(2, "this trigger needs a file");
	device = open(path, O_RDWR);
	if (device < 0)
		err(1, "%s", path);
	if (need == NEEDS_MMIO)
		map_device(path, arg);
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
	const struct trigger *trigger;
	unsigned long n;
	__u64 arg;
	int cpu;

	if (argc < 5)
		errx(2, "usage: trigger NAME N CPU ARGUMENT [FILE]");
	trigger = find_trigger(argv[1]);
	n = strtoul(argv[2], NULL, 0);
	cpu = atoi(argv[3]);
	arg = strtoull(argv[4], NULL, 0);
	stay_on(cpu);
	prepare(trigger->need, arg, argv[5]);
	if (mlockall(MCL_CURRENT | MCL_FUTURE) || mark_open())
		err(1, "cannot prepare");
	snprintf(before, sizeof(before), "u-%s:%lu:%d:0x%llx:before",
		 trigger->name, n, cpu, arg);
	snprintf(after, sizeof(after), "u-%s:%lu:%d:0x%llx:after",
		 trigger->name, n, cpu, arg);
	mark_write(before);
	trigger->run(n, arg);
	mark_write(after);
	mark_close();
	return 0;
}
