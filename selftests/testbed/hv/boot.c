// SPDX-License-Identifier: GPL-2.0
/*
 * From the multiboot information to a guest's memory: memory map, kernel,
 * boot_params, page tables. QEMU's firmware has been here before us, so that
 * PCI and ACPI are set up.
 */
#include "acpi.h"
#include "boot.h"
#include "end.h"
#include "guest.h"
#include "multiboot.h"
#include "platform.h"
#include "text.h"

#define KERNEL_64_ENTRY		0x200
#define SETUP_SECTS_DEFAULT	4
#define SECTOR			512

static void e820_add(struct boot_params *bp, u64 start, u64 end, u32 type)
{
	struct e820_entry *e = &bp->e820[bp->e820_entries];

	if (start >= end || bp->e820_entries == E820_MAX)
		return;
	*e = (struct e820_entry){ start, end - start, type };
	bp->e820_entries++;
}

/* RAM, less the boot area and the hypervisor. */
static void e820_add_ram(struct boot_params *bp, u64 start, u64 end)
{
	if (start > BOOT_AREA || end < (u64)hv_image_end) {
		e820_add(bp, start, end, E820_RAM);
		return;
	}
	e820_add(bp, start, BOOT_AREA, E820_RAM);
	e820_add(bp, BOOT_AREA, (u64)hv_image_start, E820_NVS);
	e820_add(bp, (u64)hv_image_start, (u64)hv_image_end, E820_RESERVED);
	e820_add(bp, (u64)hv_image_end, end, E820_RAM);
}

/*
 * The firmware keeps its ACPI tables in RAM that it calls reserved, at the end
 * of low memory. As ACPI data a confidential guest maps it private.
 */
static void memory_map(const struct mb_info *mb)
{
	struct boot_params *bp = &boot_area->params;
	u64 at = mb->mmap_addr, low_top = 0, high_top = BIT(32);

	while (at < mb->mmap_addr + mb->mmap_length) {
		const struct mb_mmap *m = (const void *)at;
		u64 end = m->addr + m->len;

		if (m->type == E820_RAM) {
			e820_add_ram(bp, m->addr, end);
			if (m->addr >= BIT(32))
				high_top = end;
			else if (m->addr >= 0x100000)
				low_top = end;
		} else if (m->addr == low_top) {
			e820_add(bp, m->addr, end, E820_ACPI);
			low_top = end;
		} else {
			e820_add(bp, m->addr, end, m->type);
		}
		at += m->size + sizeof(m->size);
	}
	if (low_top <= (u64)hv_image_end)
		hv_end(HV_EXIT_INTERNAL, "too little memory: %x is all", low_top);
	guest_memory_init(low_top, high_top);
}

static u64 load_kernel(const struct mb_module *kernel, const struct mb_module *initrd)
{
	struct boot_params *bp = &boot_area->params;
	const u8 *image = (const u8 *)(u64)kernel->start;
	const struct setup_header *hdr = (const void *)(image + 0x1f1);
	const char *words = (const char *)(u64)kernel->string;
	u64 setup, len, to;
	size_t i;

	if (hdr->boot_flag != BOOT_FLAG || hdr->header != HDRS_MAGIC)
		hv_end(HV_EXIT_INTERNAL, "the first module is no bzImage");
	setup = ((hdr->setup_sects ? hdr->setup_sects : SETUP_SECTS_DEFAULT) + 1) * SECTOR;
	len = kernel->end - kernel->start - setup;
	to = hdr->pref_address;
	if (to + hdr->init_size > BOOT_AREA)
		hv_end(HV_EXIT_INTERNAL, "the kernel needs %u MiB, more than there is below us",
		       (u64)hdr->init_size >> 20);
	/* The header ends where the jump at 0x200 leads. */
	memcpy(&bp->hdr, hdr, 0x202 + image[0x201] - 0x1f1);
	memcpy((void *)to, image + setup, len);

	text_word(&words, &i);
	for (i = 0; i < CMDLINE_MAX - 1 && words[i]; i++)
		boot_area->cmdline[i] = words[i];
	bp->hdr.type_of_loader = LOADER_UNKNOWN;
	bp->hdr.cmd_line_ptr = (u64)boot_area->cmdline;
	bp->hdr.ramdisk_image = initrd->start;
	bp->hdr.ramdisk_size = initrd->end - initrd->start;
	return to + KERNEL_64_ENTRY;
}

/* Identity-mapping tables for the guest's first 4 GiB; RAM is private. */
static void guest_tables(void)
{
	u64 at, *pde = boot_area->pd[0];
	u32 i;

	boot_area->pml4[0] = (u64)boot_area->pdpt | platform->private_bit | X86_PTE_P | X86_PTE_W;
	for (i = 0; i < 4; i++)
		boot_area->pdpt[i] = (u64)boot_area->pd[i] | platform->private_bit | X86_PTE_P |
				     X86_PTE_W;
	for (at = 0; at < BIT(32); at += HUGE_SIZE) {
		*pde++ = at | X86_PTE_P | X86_PTE_W | X86_PTE_PS |
			 (gpa_is_ram(at) ? platform->private_bit : platform->shared_bit);
	}
}

/* CR3 of the tables that firmware would leave: for vCPUs that start in 64-bit mode. */
u64 boot_cr3(void)
{
	return (u64)boot_area->pml4 | platform->private_bit;
}

void boot_add_setup_data(struct boot_params *bp, struct setup_data *sd, u32 type, u32 len)
{
	sd->next = bp->hdr.setup_data;
	sd->type = type;
	sd->len = len;
	bp->hdr.setup_data = (u64)sd;
}

/* Zeroed pages that firmware would have left: a platform's tables and mailboxes. */
void *boot_alloc(u32 pages)
{
	static u32 used;

	if (used + pages > BOOT_PAGES)
		hv_end(HV_EXIT_INTERNAL, "no page left in the boot area");
	used += pages;
	return boot_area->pages[used - pages];
}

/**
 * boot_load - lay out a guest's memory, and its kernel in it
 * @mb: has a memory map and two modules, kernel and initrd
 * Return: the kernel's 64-bit entry.
 */
u64 boot_load(const struct mb_info *mb)
{
	const struct mb_module *mods = (const void *)(u64)mb->mods_addr;
	u64 entry;

	memset(boot_area, 0, sizeof(*boot_area));
	memory_map(mb);
	entry = load_kernel(&mods[0], &mods[1]);
	boot_area->params.acpi_rsdp_addr = acpi_find_rsdp();
	guest_tables();
	return entry;
}
