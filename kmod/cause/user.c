// SPDX-License-Identifier: GPL-2.0
#include <cpuid.h>
#include <stddef.h>
#include <string.h>
#include <sys/io.h>

#include "user.h"

static __u8 string[64];

static void cpuid_once(const struct user_env *env)
{
	__u32 a, b, c, d;

	__cpuid_count(env->arg, 0, a, b, c, d);
}

static void inb_once(const struct user_env *env)
{
	inb(env->arg);
}

static void inw_once(const struct user_env *env)
{
	inw(env->arg);
}

static void inl_once(const struct user_env *env)
{
	inl(env->arg);
}

static void outb_once(const struct user_env *env)
{
	outb(0, env->arg);
}

static void outw_once(const struct user_env *env)
{
	outw(0, env->arg);
}

static void outl_once(const struct user_env *env)
{
	outl(0, env->arg);
}

static void insb_once(const struct user_env *env)
{
	insb(env->arg, string, sizeof(string));
}

static void outsb_once(const struct user_env *env)
{
	outsb(env->arg, string, sizeof(string));
}

static void readb_once(const struct user_env *env)
{
	__u8 value;

	asm volatile("movb %1, %0" : "=q" (value) : "m" (*env->mmio));
}

static void readl_once(const struct user_env *env)
{
	__u32 value;

	asm volatile("movl %1, %0" : "=r" (value) : "m" (*env->mmio));
}

static void writel_once(const struct user_env *env)
{
	asm volatile("movl %1, %0" : "=m" (*env->mmio) : "r" (0));
}

static void vmmcall_once(const struct user_env *env)
{
	unsigned long result = env->arg;

	asm volatile("vmmcall"
		     : "+a" (result)
		     : "b" (0), "c" (0), "d" (0), "S" (0) : "memory");
}

static void rdtsc_once(const struct user_env *env)
{
	(void)env;
	__builtin_ia32_rdtsc();
}

static void rdtscp_once(const struct user_env *env)
{
	unsigned int aux;

	(void)env;
	__builtin_ia32_rdtscp(&aux);
}

const struct user_cause user_causes[] = {
	{ "cpuid", USER_NEEDS_NOTHING, cpuid_once },
	{ "inb", USER_NEEDS_PORT, inb_once },
	{ "inw", USER_NEEDS_PORT, inw_once },
	{ "inl", USER_NEEDS_PORT, inl_once },
	{ "outb", USER_NEEDS_PORT, outb_once },
	{ "outw", USER_NEEDS_PORT, outw_once },
	{ "outl", USER_NEEDS_PORT, outl_once },
	{ "insb", USER_NEEDS_PORT, insb_once },
	{ "outsb", USER_NEEDS_PORT, outsb_once },
	{ "readb", USER_NEEDS_MMIO, readb_once },
	{ "readl", USER_NEEDS_MMIO, readl_once },
	{ "writel", USER_NEEDS_MMIO, writel_once },
	{ "vmmcall", USER_NEEDS_NOTHING, vmmcall_once },
	{ "rdtsc", USER_NEEDS_NOTHING, rdtsc_once },
	{ "rdtscp", USER_NEEDS_NOTHING, rdtscp_once },
	{ NULL, USER_NEEDS_NOTHING, NULL },
};

const struct user_cause *user_cause_find(const struct user_cause *table, const char *name)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}
