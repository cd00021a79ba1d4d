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

#include "cause.h"

/* The POST code's port, which Linux itself uses for a delay. */
#define POST_PORT	0x80

#define IOAPIC_BASE	0xfec00000
#define IOAPIC_SELECT	0x00
/* Says that the interrupt of a vector is over; no entry has vector 0. */
#define IOAPIC_EOI	0x40
#define HPET_BASE	0xfed00000
/* Read-only (HPET specification 1.0a, 2.3.4). */
#define HPET_ID		0x000

#define STRING_BYTES	64

/* Its whole is more than the GHCB's shared buffer holds (2032 bytes). */
static u8 string[4096];

#define PORT_OPERATIONS(suffix)						\
static void in##suffix##_once(struct cause_env *env)			\
{									\
	in##suffix(env->arg);						\
}									\
									\
static void out##suffix##_once(struct cause_env *env)			\
{									\
	out##suffix(0, env->arg);					\
}

PORT_OPERATIONS(b)
PORT_OPERATIONS(w)
PORT_OPERATIONS(l)

/* REP INSB and OUTSB; a TDX guest's kernel makes single accesses of them. */
static void insb_once(struct cause_env *env)
{
	insb(env->arg, string, STRING_BYTES);
}

static void outsb_once(struct cause_env *env)
{
	outsb(env->arg, string, STRING_BYTES);
}

static void outsb_long_once(struct cause_env *env)
{
	outsb(env->arg, string, sizeof(string));
}

static int mmio_setup(struct cause_env *env)
{
	env->mmio = ioremap(env->arg, sizeof(u64));
	return env->mmio ? 0 : -ENOMEM;
}

static void mmio_teardown(struct cause_env *env)
{
	iounmap(env->mmio);
}

#define MMIO_OPERATIONS(suffix)						\
static void read##suffix##_once(struct cause_env *env)			\
{									\
	read##suffix(env->mmio);					\
}									\
									\
static void write##suffix##_once(struct cause_env *env)		\
{									\
	write##suffix(env->value, env->mmio);				\
}

MMIO_OPERATIONS(b)
MMIO_OPERATIONS(w)
MMIO_OPERATIONS(l)
MMIO_OPERATIONS(q)

/* A string move from MMIO, which Linux emulates by a move of its own. */
static void movs_once(struct cause_env *env)
{
	const void __force *from = (const void __force *)env->mmio;
	u8 *to = string;

	asm volatile("movsl" : "+D" (to), "+S" (from) : : "memory");
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

/* What is written is what is there. */
static int hpet_write_setup(struct cause_env *env)
{
	int ret = mmio_setup(env);

	if (!ret)
		env->value = readl(env->mmio);
	return ret;
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
static int virtio_setup(struct cause_env *env)
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

static void virtio_teardown(struct cause_env *env)
{
	device_unlock(virtio.dev);
	put_device(virtio.dev);
	symbol_put(virtqueue_notify);
}

static void virtio_once(struct cause_env *env)
{
	if (!virtio.notify(virtio.vq))
		env->error = -EIO;
}

#define PORT_EXITS { \
	CAUSES_VC_EXIT(CVMSTAT_SVM_IOIO, CVMSTAT_SVM_IOIO), \
	CAUSES_VE_EXIT(CVMSTAT_VE_IO, CVMSTAT_TDVMCALL_IO), \
}

#define MMIO_EXITS(nae) { \
	CAUSES_VC_EXIT(CVMSTAT_SVM_NPF, nae), \
	CAUSES_VE_EXIT(CVMSTAT_VE_EPT_VIOLATION, CVMSTAT_TDVMCALL_MMIO), \
}

#define PORT_CAUSE(_name)	{ .name = #_name, .once = _name##_once }

/* Of anything that is mapped somewhere; 0 is written. */
#define MMIO_CAUSE(_name) { \
	.name = #_name, \
	.setup = mmio_setup, \
	.once = _name##_once, \
	.teardown = mmio_teardown, \
}

const struct cause causes_io[] = {
	PORT_CAUSE(inb),
	PORT_CAUSE(inw),
	PORT_CAUSE(inl),
	PORT_CAUSE(outb),
	PORT_CAUSE(outw),
	PORT_CAUSE(outl),
	PORT_CAUSE(insb),
	PORT_CAUSE(outsb),
	{ .name = "outsb-long", .once = outsb_long_once },
	MMIO_CAUSE(readb),
	MMIO_CAUSE(readw),
	MMIO_CAUSE(readl),
	MMIO_CAUSE(readq),
	MMIO_CAUSE(writeb),
	MMIO_CAUSE(writew),
	MMIO_CAUSE(writel),
	MMIO_CAUSE(writeq),
	{
		.name = "movs",
		.platforms = CVM_ON_UNTRAPPED | CVM_ON_SEV,
		.setup = mmio_setup,
		.once = movs_once,
		.teardown = mmio_teardown,
	}, {
		.name = "in",
		.twin = "tdvmcall-in",
		.what = "IN of one byte from port 0x80",
		.arg = POST_PORT,
		.expect = PORT_EXITS,
		.once = inb_once,
	}, {
		.name = "out",
		.twin = "tdvmcall-out",
		.what = "OUT of one byte to port 0x80",
		.arg = POST_PORT,
		.expect = PORT_EXITS,
		.once = outb_once,
	}, {
		.name = "rep-insb",
		.what = "REP INSB of 64 bytes from port 0x80; a TD's kernel makes 64 of it",
		.arg = POST_PORT,
		.expect = PORT_EXITS,
		.once = insb_once,
	}, {
		.name = "rep-outsb",
		.what = "REP OUTSB of 64 bytes to port 0x80; a TD's kernel makes 64 of it",
		.arg = POST_PORT,
		.expect = PORT_EXITS,
		.once = outsb_once,
	}, {
		.name = "ioapic-read",
		.twin = "tdvmcall-mmio-read",
		.what = "MMIO read of the IOAPIC (register select)",
		.arg = IOAPIC_BASE + IOAPIC_SELECT,
		.expect = MMIO_EXITS(CVMSTAT_NAE_MMIO_READ),
		.why_not = ioapic_why_not,
		.setup = mmio_setup,
		.once = readl_once,
		.teardown = mmio_teardown,
	}, {
		.name = "ioapic-write",
		.twin = "tdvmcall-mmio-write",
		.what = "MMIO write to the IOAPIC (end of an interrupt that is not)",
		.arg = IOAPIC_BASE + IOAPIC_EOI,
		.expect = MMIO_EXITS(CVMSTAT_NAE_MMIO_WRITE),
		.why_not = ioapic_why_not,
		.setup = mmio_setup,
		.once = writel_once,
		.teardown = mmio_teardown,
	}, {
		.name = "hpet-read",
		.twin = "tdvmcall-mmio-read",
		.what = "MMIO read of the HPET (identification)",
		.arg = HPET_BASE + HPET_ID,
		.expect = MMIO_EXITS(CVMSTAT_NAE_MMIO_READ),
		.why_not = hpet_why_not,
		.setup = mmio_setup,
		.once = readl_once,
		.teardown = mmio_teardown,
	}, {
		.name = "hpet-write",
		.twin = "tdvmcall-mmio-write",
		.what = "MMIO write to the HPET (identification, which is read-only)",
		.arg = HPET_BASE + HPET_ID,
		.expect = MMIO_EXITS(CVMSTAT_NAE_MMIO_WRITE),
		.why_not = hpet_why_not,
		.setup = hpet_write_setup,
		.once = writel_once,
		.teardown = mmio_teardown,
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
