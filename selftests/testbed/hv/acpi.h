/* SPDX-License-Identifier: GPL-2.0 */
/* The ACPI tables that QEMU's firmware left: found, and the MADT extended. */
#ifndef HV_ACPI_H
#define HV_ACPI_H

#include "types.h"

u64 acpi_find_rsdp(void);
void acpi_madt_add_wakeup(u64 rsdp, u8 *space, size_t size, u64 mailbox);

#endif
