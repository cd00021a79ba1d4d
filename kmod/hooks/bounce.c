// SPDX-License-Identifier: GPL-2.0
/*
 * Bounce buffers: what devices could not read or write in private memory and
 * the kernel copied, by device.
 *
 * The table of devices only grows. A device is known by its name, as pointers
 * are used again; those that find the table full share the last slot.
 */
#include <linux/device.h>
#include <linux/string.h>
#include <net/netlink.h>

#include "bounce.h"
#include "count/account.h"
#include "hooks.h"
#include "platform.h"
#include "probe/tracepoint.h"
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

struct bounce_counts {
	struct {
		local64_t bounces;
		local64_t bytes;
	} slot[SLOTS];
};

static struct bounce_device devices[OTHERS];
static DEFINE_PER_CPU(struct bounce_counts, bounce_counts);

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

static void bounced_probe(void *data, struct device *dev, dma_addr_t dev_addr,
			  size_t size)
{
	struct bounce_counts *counts = this_cpu_ptr(&bounce_counts);
	const struct cvm_hook *hook = data;
	unsigned int i = find(dev);

	cvm_hook_hit(hook->id);
	local64_inc(&counts->slot[i].bounces);
	local64_add(size, &counts->slot[i].bytes);
}

/**
 * struct bounce - data copied through the bounce buffer
 * @cell: its CPU
 * @device: name of the device
 * @driver: name of its driver
 * @bounces: mappings
 * @bytes: their size
 */
struct bounce {
	struct cvm_cell cell;
	const char *device;
	const char *driver;
	u64 bounces;
	u64 bytes;
};

static bool read_bounce(unsigned int cpu, unsigned int slot,
			struct cvm_cell *cell)
{
	const struct bounce_counts *counts = per_cpu_ptr(&bounce_counts, cpu);
	struct bounce *bounce = container_of(cell, struct bounce, cell);

	bounce->device = "";
	bounce->driver = "";
	bounce->bounces = local64_read(&counts->slot[slot].bounces);
	bounce->bytes = local64_read(&counts->slot[slot].bytes);
	/* Pairs with claim(). */
	if (slot < OTHERS && smp_load_acquire(&devices[slot].state) == KNOWN) {
		bounce->device = devices[slot].name;
		bounce->driver = devices[slot].driver;
	}
	return bounce->bounces;
}

static void add_bounce(struct cvm_cell *to, const struct cvm_cell *cell)
{
	const struct bounce *bounce = container_of(cell, struct bounce, cell);
	struct bounce *sum = container_of(to, struct bounce, cell);

	sum->bounces += bounce->bounces;
	sum->bytes += bounce->bytes;
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

static int fill(struct sk_buff *msg, const void *what)
{
	const struct bounce *bounce = what;

	if (nla_put_string(msg, CVMSTAT_A_AROUND_DEVICE, bounce->device) ||
	    nla_put_string(msg, CVMSTAT_A_AROUND_DRIVER, bounce->driver) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_AROUND_BOUNCES, bounce->bounces,
			      CVMSTAT_A_AROUND_PAD) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_AROUND_BYTES, bounce->bytes,
			      CVMSTAT_A_AROUND_PAD))
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
		.points = { CVM_TRACEPOINT("swiotlb:swiotlb_bounced", bounced_probe) },
	},
};

const struct cvm_hook_list cvm_bounce_hooks = {
	.hooks = hooks,
	.nr_hooks = ARRAY_SIZE(hooks),
};
