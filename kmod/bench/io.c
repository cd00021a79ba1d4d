// SPDX-License-Identifier: GPL-2.0
/*
 * Ports and devices. What is read changes nothing; what is written is ignored
 * by the device, or says nothing new to it.
 */
#include <linux/device.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/virtio.h>

#include "bench.h"

/* The POST code's port, which Linux itself uses for a delay. */
#define PORT		0x80
#define STRING_BYTES	64

#define IOAPIC_BASE	0xfec00000
#define IOAPIC_SELECT	0x00
/* Says that the interrupt of a vector is over; no entry has vector 0. */
#define IOAPIC_EOI	0x40
#define HPET_BASE	0xfed00000
/* Read-only (HPET specification 1.0a, 2.3.4). */
#define HPET_ID		0x000

static u8 string[STRING_BYTES];

static void inb_once(struct bench_env *env)
{
	inb(PORT);
}

static void outb_once(struct bench_env *env)
{
	outb(0, PORT);
}

static void insb_once(struct bench_env *env)
{
	insb(PORT, string, STRING_BYTES);
}

static void outsb_once(struct bench_env *env)
{
	outsb(PORT, string, STRING_BYTES);
}

/* Does the kernel know of a device there? */
static bool claimed(resource_size_t base)
{
	return region_intersects(base, 8, IORESOURCE_MEM, IORES_DESC_NONE) !=
	       REGION_DISJOINT;
}

static const char *ioapic_why_not(void)
{
	return claimed(IOAPIC_BASE) ? NULL : "there is no IOAPIC at 0xfec00000";
}

static const char *hpet_why_not(void)
{
	return claimed(HPET_BASE) ? NULL : "there is no HPET at 0xfed00000";
}

static int map(struct bench_env *env, resource_size_t base)
{
	env->mmio = ioremap(base, PAGE_SIZE);
	return env->mmio ? 0 : -ENOMEM;
}

static int ioapic_setup(struct bench_env *env)
{
	return map(env, IOAPIC_BASE);
}

static int hpet_setup(struct bench_env *env)
{
	int ret = map(env, HPET_BASE);

	if (!ret)
		env->value = readl(env->mmio + HPET_ID);
	return ret;
}

static void unmap(struct bench_env *env)
{
	iounmap(env->mmio);
}

static void ioapic_read_once(struct bench_env *env)
{
	readl(env->mmio + IOAPIC_SELECT);
}

static void ioapic_write_once(struct bench_env *env)
{
	writel(0, env->mmio + IOAPIC_EOI);
}

static void hpet_read_once(struct bench_env *env)
{
	readl(env->mmio + HPET_ID);
}

static void hpet_write_once(struct bench_env *env)
{
	writel(env->value, env->mmio + HPET_ID);
}

/*
 * A device of virtio that a driver uses, and the first of its queues. To tell a
 * device of a queue in which there is nothing new is allowed at any time.
 */
static struct {
	struct device *dev;
	struct virtqueue *vq;
	bool (*notify)(struct virtqueue *vq);
} virtio;

static int take_if_virtio(struct device *dev, void *found)
{
	if (!dev->bus || strcmp(dev->bus->name, "virtio") || !dev->driver)
		return 0;
	*(struct device **)found = get_device(dev);
	return 1;
}

/* The child of the first PCI device that has one; a reference is held. */
static struct device *find_virtio(void)
{
	struct pci_dev *pci = NULL;
	struct device *dev = NULL;

	while ((pci = pci_get_device(PCI_VENDOR_ID_REDHAT_QUMRANET, PCI_ANY_ID,
				     pci))) {
		if (device_for_each_child(&pci->dev, &dev, take_if_virtio)) {
			pci_dev_put(pci);
			return dev;
		}
	}
	return NULL;
}

static const char *virtio_why_not(void)
{
	struct device *dev = find_virtio();

	put_device(dev);
	return dev ? NULL : "there is no virtio-pci device with a driver";
}

/* The lock keeps the driver from going away. */
static int virtio_setup(struct bench_env *env)
{
	struct virtio_device *vdev;

	virtio.notify = symbol_get(virtqueue_notify);
	virtio.dev = find_virtio();
	if (!virtio.notify || !virtio.dev)
		goto none;
	device_lock(virtio.dev);
	vdev = dev_to_virtio(virtio.dev);
	virtio.vq = list_first_entry_or_null(&vdev->vqs, struct virtqueue, list);
	if (virtio.dev->driver && virtio.vq)
		return 0;
	device_unlock(virtio.dev);
none:
	put_device(virtio.dev);
	if (virtio.notify)
		symbol_put(virtqueue_notify);
	return -ENODEV;
}

static void virtio_teardown(struct bench_env *env)
{
	device_unlock(virtio.dev);
	put_device(virtio.dev);
	symbol_put(virtqueue_notify);
}

static void virtio_once(struct bench_env *env)
{
	if (!virtio.notify(virtio.vq))
		env->error = -EIO;
}

#define PORT_EXITS { \
	BENCH_VC_EXIT(CVMSTAT_SVM_IOIO, CVMSTAT_SVM_IOIO), \
	BENCH_VE_EXIT(CVMSTAT_VE_IO, CVMSTAT_TDVMCALL_IO), \
}

#define MMIO_EXITS(nae) { \
	BENCH_VC_EXIT(CVMSTAT_SVM_NPF, nae), \
	BENCH_VE_EXIT(CVMSTAT_VE_EPT_VIOLATION, CVMSTAT_TDVMCALL_MMIO), \
}

const struct bench_trigger bench_io_triggers[] = {
	{
		.name = "in",
		.what = "IN of one byte from port 0x80",
		.expect = PORT_EXITS,
		.once = inb_once,
	}, {
		.name = "out",
		.what = "OUT of one byte to port 0x80",
		.expect = PORT_EXITS,
		.once = outb_once,
	}, {
		.name = "rep-insb",
		.what = "REP INSB of 64 bytes from port 0x80; a TD's kernel makes 64 of it",
		.expect = PORT_EXITS,
		.once = insb_once,
	}, {
		.name = "rep-outsb",
		.what = "REP OUTSB of 64 bytes to port 0x80; a TD's kernel makes 64 of it",
		.expect = PORT_EXITS,
		.once = outsb_once,
	}, {
		.name = "ioapic-read",
		.what = "MMIO read of the IOAPIC (register select)",
		.expect = MMIO_EXITS(CVMSTAT_NAE_MMIO_READ),
		.why_not = ioapic_why_not,
		.setup = ioapic_setup,
		.once = ioapic_read_once,
		.teardown = unmap,
	}, {
		.name = "ioapic-write",
		.what = "MMIO write to the IOAPIC (end of an interrupt that is not)",
		.expect = MMIO_EXITS(CVMSTAT_NAE_MMIO_WRITE),
		.why_not = ioapic_why_not,
		.setup = ioapic_setup,
		.once = ioapic_write_once,
		.teardown = unmap,
	}, {
		.name = "hpet-read",
		.what = "MMIO read of the HPET (identification)",
		.expect = MMIO_EXITS(CVMSTAT_NAE_MMIO_READ),
		.why_not = hpet_why_not,
		.setup = hpet_setup,
		.once = hpet_read_once,
		.teardown = unmap,
	}, {
		.name = "hpet-write",
		.what = "MMIO write to the HPET (identification, which is read-only)",
		.expect = MMIO_EXITS(CVMSTAT_NAE_MMIO_WRITE),
		.why_not = hpet_why_not,
		.setup = hpet_setup,
		.once = hpet_write_once,
		.teardown = unmap,
	}, {
		.name = "virtio-notify",
		.what = "a virtio device is told of a queue without anything new in it",
		.expect = MMIO_EXITS(CVMSTAT_NAE_MMIO_WRITE),
		.why_not = virtio_why_not,
		.setup = virtio_setup,
		.once = virtio_once,
		.teardown = virtio_teardown,
	},
	{}
};
