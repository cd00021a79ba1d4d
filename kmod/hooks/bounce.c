// SPDX-License-Identifier: GPL-2.0
/*
 * Bounce buffers: what devices cannot read or write in private memory is mapped to
 * shared memory, and the kernel copies it. Counted by device, where it happens: a
 * mapping when it has succeeded or failed, and each copy, whatever made it, a
 * mapping, an unmapping or a synchronisation.
 *
 * The table of devices only grows. A device is known by its name, as pointers
 * are used again; those that find the table full share the last slot.
 */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/string.h>
#include <net/netlink.h>
#include <asm/tsc.h>

#include "bounce.h"
#include "count/account.h"
#include "count/counter.h"
#include "hooks.h"
#include "platform.h"
#include "probe/ends.h"
#include "records.h"

/* Devices; the last slot is for those beyond the table. */
#define SLOTS		65
#define OTHERS		(SLOTS - 1)
#define NAME_LEN	32

/**
 * struct bounce_device - a device whose data was bounced
 * @state: FREE, then CLAIMED by one CPU, then KNOWN for ever
 * @name: its name
 * @driver: its driver's
 */
struct bounce_device {
	int state;
	char name[NAME_LEN];
	char driver[NAME_LEN];
};

enum { FREE, CLAIMED, KNOWN };

/* What is counted of a device: what has bytes has them next. */
enum count {
	MAPS, MAP_BYTES, FAILED, FAILED_BYTES,
	IN_COPIES, IN_BYTES, OUT_COPIES, OUT_BYTES, CYCLES,
	NR_COUNTS
};

struct bounce_counts {
	local64_t slot[SLOTS][NR_COUNTS];
};

static struct bounce_device devices[OTHERS];
static DEFINE_PER_CPU(struct bounce_counts *, bounce_counts);

/* Cycles are taken. */
static bool timed __read_mostly;

static bool claim(struct bounce_device *slot, const struct device *dev)
{
	if (cmpxchg(&slot->state, FREE, CLAIMED) != FREE)
		return false;
	strscpy(slot->name, dev_name(dev), NAME_LEN);
	strscpy(slot->driver, dev_driver_string(dev), NAME_LEN);
	/* Pairs with find() and read_bounce(): names before the state. */
	smp_store_release(&slot->state, KNOWN);
	return true;
}

static unsigned int find(const struct device *dev)
{
	unsigned int i;

	for (i = 0; i < OTHERS; i++) {
		struct bounce_device *slot = &devices[i];
		int state = smp_load_acquire(&slot->state); /* see claim() */

		if (state == KNOWN &&
		    !strncmp(slot->name, dev_name(dev), NAME_LEN - 1))
			return i;
		if (state == FREE && claim(slot, dev))
			return i;
	}
	return OTHERS;
}

/*
 * Count one, and its bytes. Of its CPU alone, which a hook's handler stays on: an
 * interrupt adds to it, too. Return: the counts of its device.
 */
static local64_t *count_one(const struct device *dev, enum count what, u64 bytes)
{
	local64_t *counts = this_cpu_read(bounce_counts)->slot[find(dev)];

	local64_inc(&counts[what]);
	local64_add(bytes, &counts[what + 1]);
	return counts;
}

/**
 * struct call - a call of the function that is probed
 * @dev: the device
 * @size: bytes
 * @tsc: when it began
 * @out: for the device to read
 */
struct call {
	const struct device *dev;
	u64 size;
	u64 tsc;
	bool out;
};

/*
 * swiotlb_tbl_map_single(struct device *dev, phys_addr_t orig_addr,
 *			  size_t mapping_size, ...)
 */
static void map_entered(void *call, const struct pt_regs *regs)
{
	*(struct call *)call = (struct call){ (void *)regs->di, regs->dx };
}

static void map_returned(const void *what, unsigned long value)
{
	const struct call *call = what;
	bool failed = value == (phys_addr_t)DMA_MAPPING_ERROR;

	count_one(call->dev, failed ? FAILED : MAPS, call->size);
}

/*
 * swiotlb_bounce(struct device *dev, phys_addr_t tlb_addr, size_t size,
 *		  enum dma_data_direction dir, ...)
 */
static void copy_entered(void *call, const struct pt_regs *regs)
{
	*(struct call *)call = (struct call){
		.dev = (void *)regs->di, .size = regs->dx,
		.tsc = timed ? rdtsc() : 0,
		.out = (u32)regs->cx == DMA_TO_DEVICE,
	};
}

static void copy_returned(const void *what, unsigned long value)
{
	const struct call *call = what;
	u64 cycles = call->tsc ? rdtsc() - call->tsc : 0;
	local64_t *counts = count_one(call->dev, call->out ? OUT_COPIES : IN_COPIES, call->size);

	local64_add(cycles, &counts[CYCLES]);
}

static unsigned int users;

static int begin(void)
{
	int ret = users ? 0 : cvm_counters_alloc(&bounce_counts, sizeof(struct bounce_counts));

	if (!ret)
		users++;
	return ret;
}

static void end(void)
{
	if (!--users)
		cvm_counters_free(&bounce_counts);
}

static u64 sum_of(enum count what)
{
	unsigned int cpu, slot;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		for (slot = 0; slot < SLOTS; slot++)
			sum += local64_read(&per_cpu(bounce_counts, cpu)->slot[slot][what]);
	return sum;
}

static u64 map_hits(void)
{
	return sum_of(MAPS) + sum_of(FAILED);
}

static u64 copy_hits(void)
{
	return sum_of(IN_COPIES) + sum_of(OUT_COPIES);
}

static struct cvm_ends map_ends, copy_ends;

static const struct cvm_ends_point map = {
	.ends = &map_ends,
	.size = sizeof(struct call),
	.entered = map_entered,
	.returned = map_returned,
	.begin = begin,
	.end = end,
	.hits = map_hits,
};

static const struct cvm_ends_point copy = {
	.ends = &copy_ends,
	.size = sizeof(struct call),
	.entered = copy_entered,
	.returned = copy_returned,
	.begin = begin,
	.end = end,
	.hits = copy_hits,
};

/**
 * cvm_bounce_time() - take the cycles of copies
 *
 * Once RDTSC was found to be no exit.
 */
void cvm_bounce_time(void)
{
	WRITE_ONCE(timed, true);
}

/**
 * struct bounce - what was mapped and copied
 * @cell: its CPU
 * @device: name of the device
 * @driver: name of its driver
 * @n: by enum count
 */
struct bounce {
	struct cvm_cell cell;
	const char *device;
	const char *driver;
	u64 n[NR_COUNTS];
};

static bool read_bounce(unsigned int cpu, unsigned int slot,
			struct cvm_cell *cell)
{
	const struct bounce_counts *counts = per_cpu(bounce_counts, cpu);
	struct bounce *bounce = container_of(cell, struct bounce, cell);
	unsigned int i;
	u64 any = 0;

	bounce->device = "";
	bounce->driver = "";
	for (i = 0; counts && i < NR_COUNTS; i++) {
		bounce->n[i] = local64_read(&counts->slot[slot][i]);
		any |= bounce->n[i];
	}
	/* Pairs with claim(). */
	if (slot < OTHERS && smp_load_acquire(&devices[slot].state) == KNOWN) {
		bounce->device = devices[slot].name;
		bounce->driver = devices[slot].driver;
	}
	return any;
}

static void add_bounce(struct cvm_cell *to, const struct cvm_cell *cell)
{
	const struct bounce *bounce = container_of(cell, struct bounce, cell);
	struct bounce *sum = container_of(to, struct bounce, cell);
	unsigned int i;

	for (i = 0; i < NR_COUNTS; i++)
		sum->n[i] += bounce->n[i];
}

static const struct cvm_matrix bounces = {
	.rows = SLOTS,
	.size = sizeof(struct bounce),
	.read = read_bounce,
	.add = add_bounce,
};

static struct cvm_records *take(const struct cvm_wanted *wanted)
{
	return cvm_matrix_take(&bounces, wanted);
}

/* Attributes, and what they are of: what is not seen is not told. */
static const struct {
	u16 attr;
	u8 count;
	const struct cvm_ends *seen_by;
} attrs[] = {
	{ CVMSTAT_A_AROUND_MAPS, MAPS, &map_ends },
	{ CVMSTAT_A_AROUND_MAP_BYTES, MAP_BYTES, &map_ends },
	{ CVMSTAT_A_AROUND_FAILED, FAILED, &map_ends },
	{ CVMSTAT_A_AROUND_IN_COPIES, IN_COPIES, &copy_ends },
	{ CVMSTAT_A_AROUND_IN_BYTES, IN_BYTES, &copy_ends },
	{ CVMSTAT_A_AROUND_OUT_COPIES, OUT_COPIES, &copy_ends },
	{ CVMSTAT_A_AROUND_OUT_BYTES, OUT_BYTES, &copy_ends },
	{ CVMSTAT_A_AROUND_CYCLES, CYCLES, &copy_ends },
};

static bool is_seen(unsigned int i)
{
	if (attrs[i].count == CYCLES && !READ_ONCE(timed))
		return false;
	return attrs[i].seen_by->hook && READ_ONCE(attrs[i].seen_by->hook->live);
}

static int fill_counts(struct sk_buff *msg, const struct bounce *bounce)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(attrs); i++)
		if (is_seen(i) && nla_put_u64_64bit(msg, attrs[i].attr, bounce->n[attrs[i].count],
						    CVMSTAT_A_AROUND_PAD))
			return -EMSGSIZE;
	return 0;
}

static int fill(struct sk_buff *msg, const void *what)
{
	const struct bounce *bounce = what;

	if (nla_put_string(msg, CVMSTAT_A_AROUND_DEVICE, bounce->device) ||
	    nla_put_string(msg, CVMSTAT_A_AROUND_DRIVER, bounce->driver) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_AROUND_BOUNCES,
			      bounce->n[MAPS] + bounce->n[FAILED],
			      CVMSTAT_A_AROUND_PAD) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_AROUND_BYTES,
			      bounce->n[MAP_BYTES] + bounce->n[FAILED_BYTES],
			      CVMSTAT_A_AROUND_PAD) ||
	    fill_counts(msg, bounce))
		return -EMSGSIZE;
	if (!bounce->cell.has_cpu)
		return 0;
	return nla_put_u32(msg, CVMSTAT_A_AROUND_CPU, bounce->cell.cpu);
}

const struct cvm_part cvm_bounce_part = {
	.needs = CVMSTAT_PARTS_BOUNCES,
	.nest = CVMSTAT_A_SNAPSHOT_BOUNCE,
	.take = take,
	.fill = fill,
};

static const struct cvm_hook_desc hooks[] = {
	{
		.name = "bounce",
		.platforms = CVM_ON_ANY,
		.points = {
			{ &cvm_ends_fprobe, "swiotlb_bounce", &copy },
			{ &cvm_ends_kretprobe, "swiotlb_bounce", &copy },
		},
	}, {
		.name = "bounce-map",
		.platforms = CVM_ON_ANY,
		.points = {
			{ &cvm_ends_fprobe, "swiotlb_tbl_map_single", &map },
			{ &cvm_ends_kretprobe, "swiotlb_tbl_map_single", &map },
		},
	},
};

const struct cvm_hook_list cvm_bounce_hooks = {
	.hooks = hooks,
	.nr_hooks = ARRAY_SIZE(hooks),
};
