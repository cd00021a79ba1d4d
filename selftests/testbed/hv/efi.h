/* SPDX-License-Identifier: GPL-2.0 */
/* The little of EFI that tells a guest which memory it has to accept. */
#ifndef HV_EFI_H
#define HV_EFI_H

#include "types.h"

struct boot_params;
struct mb_info;

/* How much memory nobody has accepted when the kernel starts, in bytes */
extern u64 efi_unaccepted;

void efi_boot(struct boot_params *bp, const struct mb_info *mb);

#endif
