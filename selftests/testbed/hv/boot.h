/* SPDX-License-Identifier: GPL-2.0 */
/* How the guest's kernel starts, and the pages that its firmware would leave. */
#ifndef HV_BOOT_H
#define HV_BOOT_H

#include "types.h"

#define BOOT_AREA		0x7e00000UL	/* 126 MiB, 2 MiB long, below the hypervisor */
#define BOOT_AREA_SIZE		0x200000UL
#define CMDLINE_MAX		2048
#define BOOT_PAGES		64

/* Linux, Documentation/arch/x86/boot.rst and zero-page.rst. */
#define E820_RAM	1
#define E820_RESERVED	2
#define E820_ACPI	3
#define E820_NVS	4
#define E820_MAX	128
#define BOOT_FLAG	0xaa55
#define HDRS_MAGIC	0x53726448
#define LOADER_UNKNOWN	0xff

struct e820_entry {
	u64 addr, size;
	u32 type;
} __packed;

struct setup_data {
	u64 next;
	u32 type, len;
};

struct setup_header {
	u8 setup_sects;
	u16 root_flags;
	u32 syssize;
	u16 ram_size, vid_mode, root_dev, boot_flag;
	u16 jump;
	u32 header;
	u16 version;
	u32 realmode_swtch;
	u16 start_sys_seg, kernel_version;
	u8 type_of_loader, loadflags;
	u16 setup_move_size;
	u32 code32_start, ramdisk_image, ramdisk_size, bootsect_kludge;
	u16 heap_end_ptr;
	u8 ext_loader_ver, ext_loader_type;
	u32 cmd_line_ptr, initrd_addr_max, kernel_alignment;
	u8 relocatable_kernel, min_alignment;
	u16 xloadflags;
	u32 cmdline_size, hardware_subarch;
	u64 hardware_subarch_data;
	u32 payload_offset, payload_length;
	u64 setup_data, pref_address;
	u32 init_size, handover_offset, kernel_info_offset;
} __packed;

struct efi_info {
	u32 signature, systab, memdesc_size, memdesc_version, memmap, memmap_size;
	u32 systab_hi, memmap_hi;
};

struct boot_params {
	u8 rsvd_0[0x70];
	u64 acpi_rsdp_addr;
	u8 rsvd_78[0x1c0 - 0x78];
	struct efi_info efi;
	u8 rsvd_1e0[0x1e8 - 0x1e0];
	u8 e820_entries;
	u8 rsvd_1e9[0x1f1 - 0x1e9];
	struct setup_header hdr;
	u8 rsvd_hdr[0x2d0 - 0x1f1 - sizeof(struct setup_header)];
	struct e820_entry e820[E820_MAX];
	u8 rsvd_end[0x1000 - 0x2d0 - E820_MAX * sizeof(struct e820_entry)];
} __packed;

_Static_assert(offsetof(struct boot_params, e820_entries) == 0x1e8, "zero page layout");
_Static_assert(offsetof(struct boot_params, hdr.header) == 0x202, "zero page layout");
_Static_assert(offsetof(struct boot_params, hdr.setup_data) == 0x250, "zero page layout");
_Static_assert(sizeof(struct boot_params) == 0x1000, "zero page layout");

/* Everything that a guest may find there; e820 says NVS, so that it stays private. */
struct boot_area {
	struct boot_params params;
	char cmdline[PAGE_SIZE];
	u64 pml4[512], pdpt[512], pd[4][512];
	u8 pages[BOOT_PAGES][PAGE_SIZE];	/* boot_alloc() */
};

_Static_assert(sizeof(struct boot_area) <= BOOT_AREA_SIZE, "boot area");

#define boot_area	((struct boot_area *)BOOT_AREA)

struct mb_info;

u64 boot_load(const struct mb_info *mb);
void *boot_alloc(u32 pages);
void boot_add_setup_data(struct boot_params *bp, struct setup_data *sd, u32 type, u32 len);
u64 boot_cr3(void);

#endif
