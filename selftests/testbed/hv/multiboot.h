/* SPDX-License-Identifier: GPL-2.0 */
/* What the loader leaves: Multiboot Specification 0.6.96, 3.3. */
#ifndef HV_MULTIBOOT_H
#define HV_MULTIBOOT_H

#include "types.h"

#define MB_INFO_CMDLINE		BIT(2)
#define MB_INFO_MODS		BIT(3)
#define MB_INFO_MMAP		BIT(6)

struct mb_info {
	u32 flags, mem_lower, mem_upper, boot_device, cmdline;
	u32 mods_count, mods_addr;
	u32 syms[4];
	u32 mmap_length, mmap_addr;
};

struct mb_module {
	u32 start, end, string, rsvd;
};

struct mb_mmap {
	u32 size;
	u64 addr, len;
	u32 type;
} __packed;

#endif
