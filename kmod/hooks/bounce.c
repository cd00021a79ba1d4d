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

#include "around.h"
#include "count/account.h"
#include "hooks.h"
#include "platform.h"
#include "probe/tracepoint.h"

#define OTHERS		(CVM_BOUNCE_SLOTS - 1)
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
	} slot[CVM_BOUNCE_SLOTS];
};

static struct bounce_device devices[OTHERS];
static DEFINE_PER_CPU(struct bounce_counts, bounce_counts);

static bool claim(struct bounce_device *slot, const struct device *dev)
{
	if (cmpxchg(&slot->state, FREE, CLAIMED) != FREE)
		return false;
	strscpy(slot->name, dev_name(dev), NAME_LEN);
	strscpy(slot->driver, dev_driver_string(dev), NAME_LEN);
	/* Pairs with find() and cvm_bounce_read(): names before the state. */
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
 * cvm_bounce_read() - read what a CPU bounced for a device
 * @cpu: a possible CPU
 * @slot: below CVM_BOUNCE_SLOTS
 * @rec: filled in
 *
 * Return: whether there was anything.
 */
bool cvm_bounce_read(unsigned int cpu, unsigned int slot,
		     struct cvm_bounce_record *rec)
{
	const struct bounce_counts *counts = per_cpu_ptr(&bounce_counts, cpu);

	*rec = (struct cvm_bounce_record){
		.cpu = cpu, .slot = slot, .device = "", .driver = "",
		.bounces = local64_read(&counts->slot[slot].bounces),
		.bytes = local64_read(&counts->slot[slot].bytes),
	};
	/* Pairs with claim(). */
	if (slot < OTHERS && smp_load_acquire(&devices[slot].state) == KNOWN) {
		rec->device = devices[slot].name;
		rec->driver = devices[slot].driver;
	}
	return rec->bounces;
}

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
