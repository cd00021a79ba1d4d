// SPDX-License-Identifier: GPL-2.0
/*
 * PCI BARs by device, from sysfs. Where the configuration space is readable,
 * the parts of a virtio device (virtio 1.2, 4.1.4) and the MSI-X tables (PCI
 * Local Bus 3.0, 6.8.2) inside its BARs have names of their own.
 *
 * Each read of configuration space is an exit: of it as little as possible is read,
 * before anything is counted. What sysfs has in memory costs none.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include <linux/pci_regs.h>

#include "guest/probe.h"
#include "names/config.h"
#include "names/place.h"

#define VIRTIO_VENDOR 0x1af4
#define VIRTIO_FIRST_LEGACY 0x1000
#define VIRTIO_FIRST_MODERN 0x1040
#define VIRTIO_LAST 0x107f
#define BARS PCI_STD_NUM_BARS
/* struct virtio_pci_cap (virtio 1.2, 4.1.4). */
#define VIRTIO_CAP_BYTES 16
/* Bits of a resource line's flags (linux/ioport.h). */
#define RESOURCE_IO 0x100
#define RESOURCE_MEM 0x200

struct region {
	u64 first, last;
	bool port;
	bool doorbell;
	char name[96];
};

DEFINE_VEC(region)

/**
 * struct device - a PCI function
 * @address: in sysfs
 * @driver: what it is, in a word
 * @seen: still there
 * @bars: its address ranges
 * @regions: names of places inside of them
 */
struct device {
	char address[32];
	char driver[32];
	bool seen;
	struct {
		u64 first, last;
		bool port;
	} bars[BARS];
	struct region_vec regions;
};

DEFINE_VEC(device)

static struct device_vec devices;

static const char *const virtio_types[] = {
	[1] = "virtio-net", [2] = "virtio-blk", [3] = "virtio-console", [4] = "virtio-rng",
	[5] = "virtio-balloon", [8] = "virtio-scsi", [9] = "virtio-9p", [13] = "virtio-balloon",
	[16] = "virtio-gpu", [17] = "virtio-timer", [18] = "virtio-input", [19] = "virtio-vsock",
	[20] = "virtio-crypto", [23] = "virtio-iommu", [24] = "virtio-mem", [25] = "virtio-sound",
	[26] = "virtio-fs", [27] = "virtio-pmem",
};

/* Where a driver tells its device that there is something to do. */
#define VIRTIO_NOTIFY "notify"
#define NVME_DOORBELL "doorbell"
/* In BAR 0, behind the registers (NVMe over PCIe transport 1.0, 3.1.2). */
#define NVME_DOORBELLS_AT 0x1000

/* Structures of a virtio device by cfg_type. */
static const char *const virtio_parts[] = {
	[1] = "common", [2] = VIRTIO_NOTIFY, [3] = "isr", [4] = "config",
};

/* The legacy virtio header in I/O BAR 0 (virtio 1.2, 4.1.4.10). */
static const struct {
	u8 offset, size;
	const char *name;
} legacy_parts[] = {
	{ 0, 4, "features" }, { 4, 4, "features" }, { 8, 4, "queue" }, { 12, 2, "queue" },
	{ 14, 2, "queue" }, { 16, 2, VIRTIO_NOTIFY }, { 18, 1, "status" }, { 19, 1, "isr" },
};

static void add(struct device *d, int bar, u64 offset, u64 len, const char *part)
{
	struct region *r = region_push(&d->regions);

	r->first = d->bars[bar].first + offset;
	r->last = r->first + len - 1;
	r->port = d->bars[bar].port;
	r->doorbell = streq(part, VIRTIO_NOTIFY) || streq(part, NVME_DOORBELL);
	snprintf(r->name, sizeof(r->name), "%s %s %s", d->driver, d->address, part);
}

static void read_bars(struct device *d)
{
	unsigned long long first, last, flags;
	char part[16], line[128];
	FILE *f;
	int i;

	f = sys_open("/sys/bus/pci/devices/%s/resource", d->address);
	if (!f)
		return;
	for (i = 0; i < BARS && fgets(line, sizeof(line), f); i++) {
		if (sscanf(line, "%llx %llx %llx", &first, &last, &flags) != 3)
			break;
		if (!(flags & (RESOURCE_IO | RESOURCE_MEM)) || last < first || !last)
			continue;
		d->bars[i].first = first;
		d->bars[i].last = last;
		d->bars[i].port = flags & RESOURCE_IO;
		snprintf(part, sizeof(part), "BAR%d", i);
		add(d, i, 0, last - first + 1, part);
	}
	fclose(f);
}

static u32 get32(const u8 *p)
{
	return p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24;
}

static void add_part(struct device *d, int bar, u64 offset, u64 len,
		     const char *name)
{
	if (bar < BARS && d->bars[bar].last && len &&
	    offset < d->bars[bar].last - d->bars[bar].first)
		add(d, bar, offset, len, name);
}

/*
 * A capability of which there is no more to know than its first double word is
 * passed by.
 */
static void add_capability(struct device *d, struct config_space *c, u8 at, bool virtio, bool read)
{
	const u8 *cap = c->bytes + at;
	u32 flags, table;

	switch (cap[0]) {
	case PCI_CAP_ID_VNDR:
		if (virtio && cap[3] < ARRAY_SIZE(virtio_parts) && virtio_parts[cap[3]] &&
		    config_get(c, d->address, at, VIRTIO_CAP_BYTES, read))
			add_part(d, cap[4], get32(cap + 8), get32(cap + 12),
				 virtio_parts[cap[3]]);
		break;
	case PCI_CAP_ID_MSIX:
		if (!config_get(c, d->address, at, PCI_MSIX_TABLE + sizeof(u32), read))
			break;
		flags = cap[2] | (u32)cap[3] << 8;
		table = get32(cap + PCI_MSIX_TABLE);
		add_part(d, (int)(table & PCI_MSIX_TABLE_BIR), table & PCI_MSIX_TABLE_OFFSET,
			 ((u64)(flags & PCI_MSIX_FLAGS_QSIZE) + 1) * PCI_MSIX_ENTRY_SIZE,
			 "MSI-X table");
		break;
	}
}

/* @read: what is not known yet, at the price of exits */
static void read_capabilities(struct device *d, bool virtio, bool read)
{
	struct config_space c;
	u64 known;
	int hops;
	u8 at;

	if (!d->regions.n || !config_open(&c, d->address))
		return;
	known = c.known;
	if (config_get(&c, d->address, PCI_STATUS, sizeof(u16), read) &&
	    c.bytes[PCI_STATUS] & PCI_STATUS_CAP_LIST &&
	    config_get(&c, d->address, PCI_CAPABILITY_LIST, 1, read)) {
		at = c.bytes[PCI_CAPABILITY_LIST] & ~3U;
		for (hops = 0; hops < 48 && at; hops++) {
			if (!config_get(&c, d->address, at, sizeof(u32), read))
				break;
			add_capability(d, &c, at, virtio, read);
			at = c.bytes[at + PCI_CAP_LIST_NEXT] & ~3U;
		}
	}
	if (c.known != known)
		config_keep(&c, d->address);
}

static void read_legacy(struct device *d)
{
	size_t i;

	if (!d->bars[0].port)
		return;
	for (i = 0; i < ARRAY_SIZE(legacy_parts); i++)
		add(d, 0, legacy_parts[i].offset, legacy_parts[i].size, legacy_parts[i].name);
}

static void add_nvme(struct device *d)
{
	u64 size = d->bars[0].last - d->bars[0].first + 1;

	if (streq(d->driver, "nvme") && !d->bars[0].port && size > NVME_DOORBELLS_AT)
		add(d, 0, NVME_DOORBELLS_AT, size - NVME_DOORBELLS_AT, NVME_DOORBELL);
}

/* The virtio device type: in a modern ID itself, beside a legacy one. */
static u64 virtio_type(const char *address)
{
	u64 vendor, id, type;

	if (!sys_u64(&vendor, "/sys/bus/pci/devices/%s/vendor", address) ||
	    !sys_u64(&id, "/sys/bus/pci/devices/%s/device", address))
		return 0;
	if (vendor != VIRTIO_VENDOR || id < VIRTIO_FIRST_LEGACY || id > VIRTIO_LAST)
		return 0;
	if (id >= VIRTIO_FIRST_MODERN)
		return id - VIRTIO_FIRST_MODERN;
	if (!sys_u64(&type, "/sys/bus/pci/devices/%s/subsystem_device", address))
		return 0;
	return type;
}

static void name_device(struct device *d, u64 type)
{
	u64 class = 0;

	if (type && type < ARRAY_SIZE(virtio_types) && virtio_types[type]) {
		snprintf(d->driver, sizeof(d->driver), "%s", virtio_types[type]);
		return;
	}
	if (sys_link(d->driver, sizeof(d->driver), "/sys/bus/pci/devices/%s/driver", d->address))
		return;
	sys_u64(&class, "/sys/bus/pci/devices/%s/class", d->address);
	snprintf(d->driver, sizeof(d->driver), "class-%04llx", class >> 8);
}

static void read_device(struct device *d, const char *address, u64 type)
{
	memset(d, 0, sizeof(*d));
	snprintf(d->address, sizeof(d->address), "%s", address);
	d->seen = true;
	name_device(d, type);
	read_bars(d);
}

/* Places inside of its ranges. */
static void read_layout(struct device *d, u64 type, bool read)
{
	read_capabilities(d, type, read);
	if (type)
		read_legacy(d);
	add_nvme(d);
}

static struct device *find_device(const char *address)
{
	size_t i;

	for (i = 0; i < devices.n; i++)
		if (streq(devices.v[i].address, address))
			return &devices.v[i];
	return NULL;
}

/* Another device may be at the same address, or the same one with another driver. */
static bool same_device(const struct device *a, const struct device *b)
{
	return streq(a->driver, b->driver) && !memcmp(a->bars, b->bars, sizeof(a->bars));
}

static void see(const char *address, bool read)
{
	struct device now, *known = find_device(address);
	u64 type = virtio_type(address);

	read_device(&now, address, type);
	if (known && !read && same_device(known, &now)) {
		free(now.regions.v);
		known->seen = true;
		return;
	}
	read_layout(&now, type, read);
	if (known) {
		free(known->regions.v);
		*known = now;
	} else {
		*device_push(&devices) = now;
	}
}

static void forget_unseen(void)
{
	size_t i, to = 0;

	for (i = 0; i < devices.n; i++) {
		if (devices.v[i].seen)
			devices.v[to++] = devices.v[i];
		else
			free(devices.v[i].regions.v);
	}
	devices.n = to;
}

static void scan(bool read)
{
	char *path = sys_path("/sys/bus/pci/devices");
	DIR *dir = opendir(path);
	struct dirent *entry;
	size_t i;

	free(path);
	for (i = 0; i < devices.n; i++)
		devices.v[i].seen = false;
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			see(entry->d_name, read);
	if (dir)
		closedir(dir);
	forget_unseen();
}

/*
 * All that can be known of the devices: before the first snapshot. Who may not read
 * configuration space would cause exits by trying.
 */
void place_learn(void)
{
	scan(probe_reads_configuration());
}

/* Devices come and go: what costs no exit is known of those that came later. */
void place_refresh(void)
{
	scan(false);
}

static const struct region *find_region(const struct device *d, u64 addr, bool port)
{
	const struct region *best = NULL, *r;

	for (r = d->regions.v; r < d->regions.v + d->regions.n; r++) {
		if (r->port != port || addr < r->first || addr > r->last)
			continue;
		if (!best || r->last - r->first < best->last - best->first)
			best = r;
	}
	return best;
}

static const struct region *find_place(u64 addr, bool port)
{
	const struct region *found = NULL;
	size_t i;

	for (i = 0; i < devices.n && !found; i++)
		found = find_region(&devices.v[i], addr, port);
	return found;
}

/**
 * place_pci - name the device whose BAR holds an address
 * @addr: guest physical address or port
 * @port: which of them
 * @buf: filled with the smallest part that holds it
 * @size: of @buf
 */
bool place_pci(u64 addr, bool port, char *buf, size_t size)
{
	const struct region *found = find_place(addr, port);

	if (found)
		snprintf(buf, size, "%s", found->name);
	return found;
}

/* Whether a device is told there that it has something to do. */
bool place_doorbell(u64 addr, bool port)
{
	const struct region *found = find_place(addr, port);

	return found && found->doorbell;
}
