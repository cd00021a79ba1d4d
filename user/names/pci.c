// SPDX-License-Identifier: GPL-2.0
/*
 * PCI BARs by device, from sysfs. Where the configuration space is readable,
 * the parts of a virtio device (virtio 1.2, 4.1.4) and the MSI-X tables (PCI
 * Local Bus 3.0, 6.8.2) inside its BARs have names of their own.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include <linux/pci_regs.h>

#include "names/place.h"

#define VIRTIO_VENDOR 0x1af4
#define VIRTIO_FIRST_LEGACY 0x1000
#define VIRTIO_FIRST_MODERN 0x1040
#define VIRTIO_LAST 0x107f
#define BARS PCI_STD_NUM_BARS
/* Bits of a resource line's flags (linux/ioport.h). */
#define RESOURCE_IO 0x100
#define RESOURCE_MEM 0x200

struct region {
	u64 first, last;
	bool port;
	char name[96];
};

DEFINE_VEC(region)

static struct region_vec regions;
static bool loaded;

struct device {
	char address[32];
	char driver[32];
	struct {
		u64 first, last;
		bool port;
	} bars[BARS];
};

static const char *const virtio_types[] = {
	[1] = "virtio-net", [2] = "virtio-blk", [3] = "virtio-console", [4] = "virtio-rng",
	[5] = "virtio-balloon", [8] = "virtio-scsi", [9] = "virtio-9p", [13] = "virtio-balloon",
	[16] = "virtio-gpu", [17] = "virtio-timer", [18] = "virtio-input", [19] = "virtio-vsock",
	[20] = "virtio-crypto", [23] = "virtio-iommu", [24] = "virtio-mem", [25] = "virtio-sound",
	[26] = "virtio-fs", [27] = "virtio-pmem",
};

/* Structures of a virtio device by cfg_type. */
static const char *const virtio_parts[] = {
	[1] = "common", [2] = "notify", [3] = "isr", [4] = "config",
};

/* The legacy virtio header in I/O BAR 0 (virtio 1.2, 4.1.4.10). */
static const struct {
	u8 offset, size;
	const char *name;
} legacy_parts[] = {
	{ 0, 4, "features" }, { 4, 4, "features" }, { 8, 4, "queue" }, { 12, 2, "queue" },
	{ 14, 2, "queue" }, { 16, 2, "notify" }, { 18, 1, "status" }, { 19, 1, "isr" },
};

static void add(const struct device *d, int bar, u64 offset, u64 len, const char *part)
{
	struct region *r = region_push(&regions);

	r->first = d->bars[bar].first + offset;
	r->last = r->first + len - 1;
	r->port = d->bars[bar].port;
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

static void add_part(const struct device *d, int bar, u64 offset, u64 len,
		     const char *name)
{
	if (bar < BARS && d->bars[bar].last && len &&
	    offset < d->bars[bar].last - d->bars[bar].first)
		add(d, bar, offset, len, name);
}

static void add_capability(const struct device *d, const u8 *cap, bool virtio)
{
	u32 flags, table;

	switch (cap[0]) {
	case PCI_CAP_ID_VNDR:
		if (virtio && cap[3] < ARRAY_SIZE(virtio_parts) && virtio_parts[cap[3]])
			add_part(d, cap[4], get32(cap + 8), get32(cap + 12),
				 virtio_parts[cap[3]]);
		break;
	case PCI_CAP_ID_MSIX:
		flags = cap[2] | (u32)cap[3] << 8;
		table = get32(cap + PCI_MSIX_TABLE);
		add_part(d, (int)(table & PCI_MSIX_TABLE_BIR), table & PCI_MSIX_TABLE_OFFSET,
			 ((u64)(flags & PCI_MSIX_FLAGS_QSIZE) + 1) * PCI_MSIX_ENTRY_SIZE,
			 "MSI-X table");
		break;
	}
}

static void read_capabilities(const struct device *d, bool virtio)
{
	u8 config[256];
	size_t n, at;
	int hops;
	FILE *f;

	f = sys_open("/sys/bus/pci/devices/%s/config", d->address);
	if (!f)
		return;
	n = fread(config, 1, sizeof(config), f);
	fclose(f);
	if (n < PCI_STD_HEADER_SIZEOF || !(config[PCI_STATUS] & PCI_STATUS_CAP_LIST))
		return;
	at = config[PCI_CAPABILITY_LIST] & ~3U;
	for (hops = 0; hops < 48 && at && at + 16 <= n; hops++) {
		add_capability(d, config + at, virtio);
		at = config[at + PCI_CAP_LIST_NEXT] & ~3U;
	}
}

static void read_legacy(const struct device *d)
{
	size_t i;

	if (!d->bars[0].port)
		return;
	for (i = 0; i < ARRAY_SIZE(legacy_parts); i++)
		add(d, 0, legacy_parts[i].offset, legacy_parts[i].size, legacy_parts[i].name);
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

static void load_device(const char *address)
{
	u64 type = virtio_type(address);
	struct device d = { 0 };

	snprintf(d.address, sizeof(d.address), "%s", address);
	name_device(&d, type);
	read_bars(&d);
	read_capabilities(&d, type);
	if (type)
		read_legacy(&d);
}

static void load(void)
{
	char *path = sys_path("/sys/bus/pci/devices");
	DIR *dir = opendir(path);
	struct dirent *entry;

	loaded = true;
	free(path);
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			load_device(entry->d_name);
	closedir(dir);
}

/* Forget the devices: they may come and go. */
void place_reset(void)
{
	free(regions.v);
	regions = (struct region_vec){ 0 };
	loaded = false;
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
	const struct region *best = NULL, *r;
	size_t i;

	if (!loaded)
		load();
	for (i = 0; i < regions.n; i++) {
		r = &regions.v[i];
		if (r->port != port || addr < r->first || addr > r->last)
			continue;
		if (!best || r->last - r->first < best->last - best->first)
			best = r;
	}
	if (best)
		snprintf(buf, size, "%s", best->name);
	return best;
}
