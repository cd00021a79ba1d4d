// SPDX-License-Identifier: GPL-2.0
/*
 * trigger - cause one reason of an exit exactly N times from user space.
 *
 * trigger NAME N CPU ARGUMENT [FILE]
 *
 * ARGUMENT is the reason's detail: CPUID leaf, port, physical address. FILE is
 * what to map for an MMIO access: a PCI device's resource in sysfs, at whose
 * begin's page ARGUMENT lies. The marks are those of the kernel's triggers
 * (trigger/main.c) with "u-" before the name. Interrupts are on, so that timer
 * interrupts may add their own exits.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <err.h>
#include <fcntl.h>
#include <linux/types.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mark.h"

static __u8 string_buffer[64];
static __u8 *mmio;

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

static const struct trigger {
	const char *name;
	void (*run)(unsigned long n, __u64 arg);
	int uses_port;
} triggers[] = {
	{ "cpuid", run_cpuid, 0 },
	{ "inb", run_inb, 1 },
	{ "inw", run_inw, 1 },
	{ "inl", run_inl, 1 },
	{ "outb", run_outb, 1 },
	{ "outw", run_outw, 1 },
	{ "outl", run_outl, 1 },
	{ "insb", run_insb, 1 },
	{ "outsb", run_outsb, 1 },
	{ "readb", run_readb, 0 },
	{ "readl", run_readl, 0 },
	{ "writel", run_writel, 0 },
	{ "vmmcall", run_vmmcall, 0 },
	{ "rdtsc", run_rdtsc, 0 },
	{ "rdtscp", run_rdtscp, 0 },
	{ NULL, NULL, 0 },
};

static const struct trigger *find_trigger(const char *name)
{
	const struct trigger *trigger;

	for (trigger = triggers; trigger->name; trigger++)
		if (!strcmp(trigger->name, name))
			return trigger;
	errx(2, "no trigger '%s'", name);
}

static void map_file(const char *path, __u64 arg)
{
	size_t size = sysconf(_SC_PAGESIZE);
	void *page;
	int fd;

	fd = open(path, O_RDWR);
	if (fd < 0)
		err(1, "%s", path);
	page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		err(1, "%s", path);
	mmio = (__u8 *)page + arg % size;
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
	if (argc > 5)
		map_file(argv[5], arg);
	stay_on(cpu);
	if (trigger->uses_port && ioperm(arg, 4, 1))
		err(1, "port 0x%llx", arg);
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
