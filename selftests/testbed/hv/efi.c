// SPDX-License-Identifier: GPL-2.0
/*
 * What EFI firmware leaves that has not accepted all memory: a memory map with
 * such ranges (UEFI 2.10, 7.2), a system table (4.3), and in its configuration
 * table (4.6) the bitmap of unaccepted units that Linux' EFI stub makes of them
 * (Linux, include/linux/efi.h, struct efi_unaccepted_memory). The kernel is
 * entered behind that stub. There are no services: boot it with efi=noruntime.
 */
#include "boot.h"
#include "efi.h"
#include "end.h"
#include "guest.h"
#include "log.h"
#include "multiboot.h"
#include "platform.h"

#define EFI_LOADER_SIGNATURE	0x34364c45	/* "EL64" */
#define EFI_SYSTAB_SIGNATURE	0x5453595320494249ULL
#define EFI_REVISION		(2 << 16 | 100)
#define EFI_MEMDESC_VERSION	1
#define EFI_MEMORY_WB		BIT(3)

enum efi_memory {
	EFI_RESERVED = 0,
	EFI_CONVENTIONAL = 7,
	EFI_ACPI_RECLAIM = 9,
	EFI_ACPI_NVS = 10,
	EFI_UNACCEPTED = 15,
};

struct efi_memdesc {
	u32 type, rsvd;
	u64 start, virt, pages, attribute;
};

#define MEMDESC_MAX	(PAGE_SIZE / sizeof(struct efi_memdesc))

struct efi_guid {
	u32 a;
	u16 b, c;
	u8 d[8];
};

struct efi_config_table {
	struct efi_guid guid;
	u64 table;
};

struct efi_systab {
	u64 signature;
	u32 revision, header_size, crc32, rsvd;
	u64 vendor;
	u32 vendor_revision, rsvd2;
	u64 consoles[6];
	u64 runtime, boottime, nr_tables, tables;
};

_Static_assert(sizeof(struct efi_systab) == 120, "UEFI 4.3, of a 64-bit system");

/* Linux' own: one bit a unit, set: not accepted. */
struct unaccepted_table {
	u32 version, unit;
	u64 base, size;		/* of the bitmap, in bytes: Linux takes it by words */
	u64 bitmap[(PAGE_SIZE - 24) / sizeof(u64)];
};

_Static_assert(sizeof(struct unaccepted_table) == PAGE_SIZE, "a page");

static const struct efi_guid unaccepted_guid = {
	0xd5d1de3c, 0x105c, 0x44f9, { 0x9e, 0xa9, 0xbc, 0xef, 0x98, 0x12, 0x00, 0x31 }
};

struct range {
	u64 start, end;
};

u64 efi_unaccepted;

static u64 up(u64 at, u64 unit)
{
	return (at + unit - 1) & ~(unit - 1);
}

static u64 down(u64 at, u64 unit)
{
	return at & ~(unit - 1);
}

/* Where the last module ends: kernel and initramfs were loaded below it. */
static u64 modules_end(const struct mb_info *mb)
{
	const struct mb_module *mods = (const void *)(u64)mb->mods_addr;
	u64 end = (u64)hv_image_end;
	u32 i;

	for (i = 0; i < mb->mods_count; i++)
		if (mods[i].end > end)
			end = mods[i].end;
	return end;
}

/* At the end of each entry of the memory map, from the last one down, what is unaccepted. */
static void choose(const struct boot_params *bp, u64 floor, struct range *of)
{
	u64 left = efi_unaccepted;
	u32 i;

	for (i = bp->e820_entries; left && i; i--) {
		const struct e820_entry *e = &bp->e820[i - 1];
		u64 start = up(e->addr > floor ? e->addr : floor, HUGE_SIZE);
		u64 end = down(e->addr + e->size, HUGE_SIZE);

		if (e->type != E820_RAM || start >= end)
			continue;
		if (end - start > left)
			start = end - left;
		of[i - 1] = (struct range){ start, end };
		left -= end - start;
	}
	if (left)
		hv_end(HV_EXIT_USAGE,
		       "--unaccepted %u: no more than %u MiB are above the initramfs",
		       efi_unaccepted >> 20, (efi_unaccepted - left) >> 20);
}

static void describe(struct efi_memdesc *map, u32 *n, u64 start, u64 end, u32 type)
{
	start = up(start, PAGE_SIZE);
	end = down(end, PAGE_SIZE);
	if (start >= end)
		return;
	if (*n == MEMDESC_MAX)
		hv_end(HV_EXIT_INTERNAL, "no room for the EFI memory map");
	map[(*n)++] = (struct efi_memdesc){
		.type = type,
		.start = start,
		.pages = (end - start) >> PAGE_SHIFT,
		.attribute = EFI_MEMORY_WB,
	};
}

static void memory_map(struct boot_params *bp, const struct range *unaccepted)
{
	static const u32 types[] = {
		[E820_RAM] = EFI_CONVENTIONAL, [E820_RESERVED] = EFI_RESERVED,
		[E820_ACPI] = EFI_ACPI_RECLAIM, [E820_NVS] = EFI_ACPI_NVS,
	};
	struct efi_memdesc *map = boot_alloc(1);
	u32 i, n = 0;

	for (i = 0; i < bp->e820_entries; i++) {
		const struct e820_entry *e = &bp->e820[i];
		const struct range *u = &unaccepted[i];
		u64 end = e->addr + e->size;
		u32 type = e->type < ARRAY_SIZE(types) ? types[e->type] : EFI_RESERVED;

		describe(map, &n, e->addr, u->end ? u->start : end, type);
		if (!u->end)
			continue;
		describe(map, &n, u->start, u->end, EFI_UNACCEPTED);
		describe(map, &n, u->end, end, type);
	}
	bp->efi.memmap = (u64)map;
	bp->efi.memmap_size = n * sizeof(*map);
	bp->efi.memdesc_size = sizeof(*map);
	bp->efi.memdesc_version = EFI_MEMDESC_VERSION;
}

static void mark(struct unaccepted_table *table, const struct range *u)
{
	u64 unit;

	for (unit = u->start >> HUGE_SHIFT; unit < u->end >> HUGE_SHIFT; unit++) {
		u64 bit = unit - (table->base >> HUGE_SHIFT);

		if (bit / 64 >= ARRAY_SIZE(table->bitmap))
			hv_end(HV_EXIT_INTERNAL, "no room for the bitmap of unaccepted memory");
		table->bitmap[bit / 64] |= BIT(bit % 64);
		table->size = (bit / 64 + 1) * sizeof(u64);
	}
	page_state_set(u->start, u->end - u->start, PAGE_PENDING);
}

static struct unaccepted_table *bitmap(const struct boot_params *bp,
				       const struct range *unaccepted)
{
	struct unaccepted_table *table = boot_alloc(1);
	u32 i;

	table->version = 1;
	table->unit = HUGE_SIZE;
	for (i = 0; i < bp->e820_entries; i++) {
		if (!unaccepted[i].end)
			continue;
		if (!table->base)
			table->base = unaccepted[i].start;
		mark(table, &unaccepted[i]);
	}
	return table;
}

static void system_table(struct boot_params *bp, u64 unaccepted)
{
	static const u16 vendor[] = { 'c', 'v', 'm', 'b', 'e', 'd', 0 };
	struct efi_systab *systab = boot_alloc(1);
	struct efi_config_table *config = (void *)(systab + 1);

	config->guid = unaccepted_guid;
	config->table = unaccepted;
	*systab = (struct efi_systab){
		.signature = EFI_SYSTAB_SIGNATURE,
		.revision = EFI_REVISION,
		.header_size = sizeof(*systab),
		.vendor = (u64)(config + 1),
		.nr_tables = 1,
		.tables = (u64)config,
	};
	memcpy(config + 1, vendor, sizeof(vendor));
	bp->efi.signature = EFI_LOADER_SIGNATURE;
	bp->efi.systab = (u64)systab;
}

/**
 * efi_boot - leave memory to the guest to accept, if that was asked for
 * @bp: has the memory map
 * @mb: has the modules
 */
void efi_boot(struct boot_params *bp, const struct mb_info *mb)
{
	static struct range unaccepted[E820_MAX];

	if (!efi_unaccepted)
		return;
	if (!platform->page_states)
		hv_end(HV_EXIT_INTERNAL, "unaccepted=: memory has no state on %s", platform->name);
	choose(bp, modules_end(mb), unaccepted);
	memory_map(bp, unaccepted);
	system_table(bp, (u64)bitmap(bp, unaccepted));
	hv_log("%u MiB are not accepted", efi_unaccepted >> 20);
}
