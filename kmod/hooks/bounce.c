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
#include <linux/kprobes.h>
#include <linux/string.h>
#include <net/netlink.h>
#include <asm/tsc.h>

#include "bounce.h"
#include "count/account.h"
#include "count/counter.h"
#include "hooks.h"
#include "platform.h"
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

/* Count one, and its bytes. Of its CPU alone: an interrupt adds to it, too. */
static void count_one(const struct device *dev, enum count what, u64 bytes)
{
	local64_t *counts;

	preempt_disable();
	counts = this_cpu_read(bounce_counts)->slot[find(dev)];
	local64_inc(&counts[what]);
	local64_add(bytes, &counts[what + 1]);
	preempt_enable();
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
static int map_entered(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	*(struct call *)ri->data = (struct call){ (void *)regs->di, regs->dx };
	return 0;
}

static int map_returned(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	const struct call *call = (void *)ri->data;
	bool failed = regs_return_value(regs) == (phys_addr_t)DMA_MAPPING_ERROR;

	count_one(call->dev, failed ? FAILED : MAPS, call->size);
	return 0;
}

/*
 * swiotlb_bounce(struct device *dev, phys_addr_t tlb_addr, size_t size,
 *		  enum dma_data_direction dir, ...)
 */
static int copy_entered(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct call *call = (void *)ri->data;

	*call = (struct call){
		.dev = (void *)regs->di, .size = regs->dx,
		.out = (u32)regs->cx == DMA_TO_DEVICE,
	};
	if (timed)
		call->tsc = rdtsc();
	return 0;
}

static int copy_returned(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	const struct call *call = (void *)ri->data;
	u64 cycles = call->tsc ? rdtsc() - call->tsc : 0;

	count_one(call->dev, call->out ? OUT_COPIES : IN_COPIES, call->size);
	preempt_disable();
	local64_add(cycles, &this_cpu_read(bounce_counts)->slot[find(call->dev)][CYCLES]);
	preempt_enable();
	return 0;
}

/* Calls under way: a task's and those of interrupts in it, on each CPU, and sleepers. */
#define CALLS	8

/**
 * struct returns - how a function's returns are had
 * @probe: the kernel's
 * @hook: whose it is
 */
struct returns {
	struct kretprobe probe;
	const struct cvm_hook *hook;
};

static struct returns map_returns = {
	.probe = { .entry_handler = map_entered, .handler = map_returned },
};

static struct returns copy_returns = {
	.probe = { .entry_handler = copy_entered, .handler = copy_returned },
};

static unsigned int users;

static int attach(struct cvm_hook *hook)
{
	struct returns *returns = (void *)hook->point->how;
	struct kretprobe *probe = &returns->probe;
	int ret = 0;

	if (!users)
		ret = cvm_counters_alloc(&bounce_counts, sizeof(struct bounce_counts));
	if (ret)
		return ret;
	probe->kp.symbol_name = hook->point->symbol;
	probe->data_size = sizeof(struct call);
	probe->maxactive = CALLS * num_possible_cpus();
	ret = register_kretprobe(probe);
	if (!ret) {
		users++;
		hook->state = returns;
		returns->hook = hook;
	} else if (!users) {
		cvm_counters_free(&bounce_counts);
	}
	return ret;
}

static void detach(struct cvm_hook *hook)
{
	struct returns *returns = hook->state;

	unregister_kretprobe(&returns->probe);
}

static void release(struct cvm_hook *hook)
{
	hook->state = NULL;
	if (!--users)
		cvm_counters_free(&bounce_counts);
}

static u8 state(const struct cvm_hook *hook)
{
	const struct returns *returns = hook->state;

	if (kprobe_disabled((struct kprobe *)&returns->probe.kp))
		return CVMSTAT_BACKEND_NONE;
	return returns->probe.kp.flags & KPROBE_FLAG_FTRACE ? CVMSTAT_BACKEND_FTRACE
							     : CVMSTAT_BACKEND_KPROBE;
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

static u64 hits(const struct cvm_hook *hook)
{
	if (hook->state == &map_returns)
		return sum_of(MAPS) + sum_of(FAILED);
	return sum_of(IN_COPIES) + sum_of(OUT_COPIES);
}

static u64 missed(const struct cvm_hook *hook)
{
	const struct returns *returns = hook->state;

	return returns->probe.nmissed + returns->probe.kp.nmissed;
}

/* Entry and return of a function. */
static const struct cvm_backend both_ends = {
	.kind = CVMSTAT_BACKEND_KPROBE,
	.attach = attach,
	.detach = detach,
	.free = release,
	.state = state,
	.hits = hits,
	.missed = missed,
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
	const struct returns *seen_by;
} attrs[] = {
	{ CVMSTAT_A_AROUND_MAPS, MAPS, &map_returns },
	{ CVMSTAT_A_AROUND_MAP_BYTES, MAP_BYTES, &map_returns },
	{ CVMSTAT_A_AROUND_FAILED, FAILED, &map_returns },
	{ CVMSTAT_A_AROUND_IN_COPIES, IN_COPIES, &copy_returns },
	{ CVMSTAT_A_AROUND_IN_BYTES, IN_BYTES, &copy_returns },
	{ CVMSTAT_A_AROUND_OUT_COPIES, OUT_COPIES, &copy_returns },
	{ CVMSTAT_A_AROUND_OUT_BYTES, OUT_BYTES, &copy_returns },
	{ CVMSTAT_A_AROUND_CYCLES, CYCLES, &copy_returns },
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
		.points = { { &both_ends, "swiotlb_bounce", &copy_returns } },
	}, {
		.name = "bounce-map",
		.platforms = CVM_ON_ANY,
		.points = { { &both_ends, "swiotlb_tbl_map_single", &map_returns } },
	},
};

const struct cvm_hook_list cvm_bounce_hooks = {
	.hooks = hooks,
	.nr_hooks = ARRAY_SIZE(hooks),
};
