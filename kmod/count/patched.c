// SPDX-License-Identifier: GPL-2.0
/*
 * The counters of a kernel that counts its exits itself (patches/). It reaches
 * what no probe can, at a lower cost, so that the hooks of the classes that it
 * counts stay off.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "patched.h"

/*
 * The interface of include/linux/cvm_exits.h, which most kernels do not have.
 * Version 1 ends with lost() and knows no pages.
 */
#define CVM_EXITS_VERSION	2

#define CVM_EXIT_F_DETAIL	0x1
#define CVM_EXIT_F_OVERFLOW	0x2
#define CVM_EXIT_F_USER		0x4

/* The class that is none of events. */
#define CVM_EXIT_PAGES		CVM_NR_CLASSES

struct cvm_exit {
	u64 code;
	u64 detail;
	u64 count;
	u8 class;
	u8 op;
	u8 flags;
};

/* Of the type alone, which an indirect call is checked by (CONFIG_CFI). */
enum cvm_exit_phase {
	CVM_PHASE_SETUP,
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
	u32 phases;
	bool from_boot;
	unsigned int (*boot)(enum cvm_exit_phase phase, unsigned int slot,
			     struct cvm_exit *exit);
	u64 (*boot_ns)(enum cvm_exit_phase phase);
};

static const char accessor[] = "cvm_exits_get";
static const struct cvm_exits *exits;

/*
 * What each slot of a CPU, and its lost(), had before this module asked: of the
 * boot, of another reader, of an earlier load. NULL: the CPU had counted nothing.
 */
struct cvm_before {
	u64 lost;
	u64 count[];
};

static struct cvm_before **before;

static void forget(void)
{
	unsigned int cpu;

	if (!before)
		return;
	for_each_possible_cpu(cpu)
		kvfree(before[cpu]);
	kvfree(before);
	before = NULL;
}

static int remember_cpu(unsigned int cpu)
{
	struct cvm_exit exit;
	unsigned int slot = exits->next(cpu, 0, &exit);

	if (slot >= exits->slots)
		return 0;
	before[cpu] = kvzalloc(struct_size(before[cpu], count, exits->slots), GFP_KERNEL);
	if (!before[cpu])
		return -ENOMEM;
	before[cpu]->lost = exits->lost(cpu);
	for (; slot < exits->slots; slot = exits->next(cpu, slot + 1, &exit))
		before[cpu]->count[slot] = exit.count;
	return 0;
}

static int remember(void)
{
	unsigned int cpu;
	int ret = 0;

	before = kvcalloc(nr_cpu_ids, sizeof(*before), GFP_KERNEL);
	if (!before)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		ret = ret ?: remember_cpu(cpu);
	return ret;
}

/* What the next slot from @slot on has counted, and where to go on; false: none. */
static bool next_exit(unsigned int cpu, unsigned int *slot, struct cvm_exit *exit)
{
	do {
		*slot = exits->next(cpu, *slot, exit);
		if (*slot >= exits->slots)
			return false;
		if (before[cpu])
			exit->count -= before[cpu]->count[*slot];
		++*slot;
	} while (!exit->count);
	return true;
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

static bool is_wanted(const struct cvm_exit *exit, u32 classes, u8 flags)
{
	return classes & BIT(exit->class) && (!flags || exit->flags & flags);
}

typedef void (*fill_fn)(struct cvm_record *rec, const struct cvm_exit *exit);

/* Walk the counters with one of these flags, or all. */
static int each(unsigned int cpu, u32 classes, u8 flags, fill_fn fill,
		cvm_record_fn fn, void *arg)
{
	struct cvm_exit exit;
	unsigned int slot = 0;
	int ret = 0;

	if (!exits)
		return 0;
	while (!ret && next_exit(cpu, &slot, &exit)) {
		struct cvm_record rec = { .class = exit.class, .cpu = cpu };

		if (!is_wanted(&exit, classes, flags))
			continue;
		fill(&rec, &exit);
		rec.n[!!(exit.flags & CVM_EXIT_F_USER)] = exit.count;
		ret = fn(&rec, arg);
	}
	return ret;
}

static void fill_reason(struct cvm_record *rec, const struct cvm_exit *exit)
{
	rec->has_code = true;
	rec->code = exit->code;
}

/* One reason comes once for each of its details. */
static int each_reason(unsigned int cpu, u32 classes, cvm_record_fn fn,
		       void *arg)
{
	return each(cpu, classes, 0, fill_reason, fn, arg);
}

static void fill_detail(struct cvm_record *rec, const struct cvm_exit *exit)
{
	fill_reason(rec, exit);
	rec->overflow = exit->flags & CVM_EXIT_F_OVERFLOW;
	if (rec->overflow)
		return;
	rec->has_detail = true;
	rec->op = exit->op;
	rec->detail = exit->detail;
}

static int each_detail(unsigned int cpu, u32 classes, cvm_record_fn fn,
		       void *arg)
{
	return each(cpu, classes, CVM_EXIT_F_DETAIL | CVM_EXIT_F_OVERFLOW,
		    fill_detail, fn, arg);
}

const struct cvm_source cvm_patched_source = {
	.each_reason = each_reason,
	.each_detail = each_detail,
};

/**
 * cvm_patched_hits() - events that the kernel counted since cvm_patched_start()
 *
 * Context: between cvm_patched_start() and cvm_patched_stop().
 */
u64 cvm_patched_hits(void)
{
	struct cvm_exit exit;
	unsigned int cpu, slot;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		for (slot = 0; next_exit(cpu, &slot, &exit);)
			if (exit.class != CVM_EXIT_PAGES)
				sum += exit.count;
	return sum;
}

/**
 * cvm_patched_missed() - events that the kernel had no room for since then
 *
 * Context: between cvm_patched_start() and cvm_patched_stop().
 */
u64 cvm_patched_missed(void)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += exits->lost(cpu) - (before[cpu] ? before[cpu]->lost : 0);
	return sum;
}

/**
 * cvm_patched_phases() - phases of the boot that the kernel has kept
 *
 * Return: how many; 0 for a kernel that keeps none.
 */
u32 cvm_patched_phases(void)
{
	return exits && exits->version >= 2 ? exits->phases : 0;
}

/**
 * cvm_patched_phase_ns() - how long a phase of the boot took
 * @phase: below cvm_patched_phases()
 *
 * Return: 0 where no clock can tell.
 */
u64 cvm_patched_phase_ns(u32 phase)
{
	return exits->boot_ns(phase);
}

/**
 * cvm_patched_next() - walk what was counted in a phase of the boot
 * @phase: below cvm_patched_phases()
 * @slot: where to go on, 0 at first
 * @event: filled in, all CPUs together
 *
 * Return: false: there is no more.
 */
bool cvm_patched_next(u32 phase, u32 *slot, struct cvm_boot_event *event)
{
	struct cvm_exit exit;

	*slot = exits->boot(phase, *slot, &exit);
	if ((*slot)++ >= exits->slots)
		return false;
	*event = (struct cvm_boot_event){
		.code = exit.code,
		.detail = exit.detail,
		.count = exit.count,
		.class = exit.class,
		.op = exit.op,
		.is_pages = exit.class == CVM_EXIT_PAGES,
		.has_detail = exit.flags & CVM_EXIT_F_DETAIL,
		.overflow = exit.flags & CVM_EXIT_F_OVERFLOW,
		.user = exit.flags & CVM_EXIT_F_USER,
	};
	return true;
}

static void put(void)
{
	forget();
	exits = NULL;
	__symbol_put(accessor);
}

/**
 * cvm_patched_start() - have the kernel count
 *
 * Its counters are never reset, and may have begun with the boot: all of this file
 * but the boot is what they have counted since.
 *
 * Return: 0, -ENOENT for a kernel that does not, -EPROTO for one whose counters are
 * of another version, or -ENOMEM.
 */
int cvm_patched_start(void)
{
	const struct cvm_exits *(*get)(unsigned int version);
	unsigned int version;
	int ret;

	get = (void *)__symbol_get(accessor);
	if (!get)
		return -ENOENT;
	for (version = CVM_EXITS_VERSION; version && !exits; version--)
		exits = get(version);
	ret = exits ? remember() : -EPROTO;
	if (ret) {
		put();
		return ret;
	}
	exits->start();
	return 0;
}

/**
 * cvm_patched_stop() - have the kernel count no more
 */
void cvm_patched_stop(void)
{
	exits->stop();
	put();
}
