// SPDX-License-Identifier: GPL-2.0
/*
 * The third backend: a kernel that counts its exits itself (patches/). It
 * reaches what no probe can, at a lower cost, so that the hooks of the classes
 * that it counts stay off.
 */
#include <linux/cvmstat_codes.h>
#include <linux/module.h>

#include "patched.h"
#include "probe/hook.h"

/* The interface of include/linux/cvm_exits.h, which most kernels do not have. */
#define CVM_EXITS_VERSION	1

#define CVM_EXIT_F_DETAIL	0x1
#define CVM_EXIT_F_OVERFLOW	0x2
#define CVM_EXIT_F_USER		0x4

struct cvm_exit {
	u64 code;
	u64 detail;
	u64 count;
	u8 class;
	u8 op;
	u8 flags;
};

struct cvm_exits {
	u32 version;
	u32 classes;
	u32 slots;
	void (*start)(void);
	void (*stop)(void);
	unsigned int (*next)(unsigned int cpu, unsigned int slot,
			     struct cvm_exit *exit);
	u64 (*lost)(unsigned int cpu);
};

static const char accessor[] = "cvm_exits_get";
static const struct cvm_exits *exits;

/* What the next slot from @slot on has counted, and where to go on; false: none. */
static bool next_exit(unsigned int cpu, unsigned int *slot, struct cvm_exit *exit)
{
	*slot = exits->next(cpu, *slot, exit);
	return (*slot)++ < exits->slots;
}

/**
 * cvm_patched_classes() - classes that the kernel counts itself
 *
 * Return: BIT(enum cvmstat_class).
 */
u32 cvm_patched_classes(void)
{
	return exits ? exits->classes & CVM_ALL_CLASSES : 0;
}

/**
 * cvm_patched_counts() - does the kernel itself count a reason?
 * @class: enum cvmstat_class
 * @has_code: @code means something; else the whole class is meant
 * @code: reason
 *
 * Of automatic exits a guest knows HLT alone, patched or not.
 */
bool cvm_patched_counts(unsigned int class, bool has_code, u64 code)
{
	if (!(cvm_patched_classes() & BIT(class)))
		return false;
	return class != CVMSTAT_CLASS_AUTO ||
	       (has_code && code == CVMSTAT_SVM_HLT);
}

/**
 * cvm_patched_each_reason() - walk the kernel's counters by class and reason
 * @cpu: a possible CPU
 * @classes: BIT(enum cvmstat_class) of those that are wanted
 * @fn: called for each; a value other than 0 ends the walk
 * @arg: for @fn
 *
 * One reason comes once for each of its details: the caller adds them up.
 *
 * Context: any. Takes no lock.
 * Return: the last value of @fn.
 */
int cvm_patched_each_reason(unsigned int cpu, u32 classes, cvm_record_fn fn,
			    void *arg)
{
	struct cvm_exit exit;
	unsigned int slot = 0;
	int ret = 0;

	if (!exits)
		return 0;
	while (next_exit(cpu, &slot, &exit)) {
		struct cvm_record rec = { .has_code = true, .cpu = cpu };

		if (!(classes & BIT(exit.class)))
			continue;
		rec.class = exit.class;
		rec.code = exit.code;
		rec.n[!!(exit.flags & CVM_EXIT_F_USER)] = exit.count;
		ret = fn(&rec, arg);
		if (ret)
			break;
	}
	return ret;
}

/**
 * cvm_patched_each_detail() - walk the kernel's counters that have a detail
 * @cpu: a possible CPU
 * @classes: BIT(enum cvmstat_class) of those that are wanted
 * @fn: called for each; a value other than 0 ends the walk
 * @arg: for @fn
 *
 * Context: any. Takes no lock.
 * Return: the last value of @fn.
 */
int cvm_patched_each_detail(unsigned int cpu, u32 classes, cvm_record_fn fn,
			    void *arg)
{
	struct cvm_exit exit;
	unsigned int slot = 0;
	int ret = 0;

	if (!exits)
		return 0;
	while (next_exit(cpu, &slot, &exit)) {
		struct cvm_record rec = { .cpu = cpu };

		if (!(classes & BIT(exit.class)) ||
		    !(exit.flags & (CVM_EXIT_F_DETAIL | CVM_EXIT_F_OVERFLOW)))
			continue;
		rec.class = exit.class;
		rec.overflow = exit.flags & CVM_EXIT_F_OVERFLOW;
		if (!rec.overflow) {
			rec.has_code = true;
			rec.has_detail = true;
			rec.code = exit.code;
			rec.op = exit.op;
			rec.detail = exit.detail;
		}
		rec.n[!!(exit.flags & CVM_EXIT_F_USER)] = exit.count;
		ret = fn(&rec, arg);
		if (ret)
			break;
	}
	return ret;
}

static u64 hits(const struct cvm_hook *hook)
{
	struct cvm_exit exit;
	unsigned int cpu, slot;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		for (slot = 0; next_exit(cpu, &slot, &exit);)
			sum += exit.count;
	return sum;
}

static u64 missed(const struct cvm_hook *hook)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += exits->lost(cpu);
	return sum;
}

static int attach(struct cvm_hook *hook)
{
	const struct cvm_exits *(*get)(unsigned int version);

	get = (void *)__symbol_get(accessor);
	if (!get)
		return -ENOENT;
	exits = get(CVM_EXITS_VERSION);
	if (!exits) {
		__symbol_put(accessor);
		strscpy(hook->why, "another version of the kernel's counters",
			sizeof(hook->why));
		return -ENOENT;
	}
	hook->backend = CVMSTAT_BACKEND_PATCHED;
	hook->classes = cvm_patched_classes();
	exits->start();
	return 0;
}

static void detach(struct cvm_hook *hook)
{
	exits->stop();
	exits = NULL;
	__symbol_put(accessor);
}

struct cvm_hook cvm_patched_hooks[] = {
	{
		.name = "kernel",
		.platforms = CVM_ON_SEV | CVM_ON_TDX,
		.optional = true,
		.points = { { CVM_AT_OWN, "cvm_exits_get" } },
		.attach = attach,
		.detach = detach,
		.hits = hits,
		.missed = missed,
	},
	{}
};
