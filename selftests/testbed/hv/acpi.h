/* SPDX-License-Identifier: GPL-2.0 */
/* The ACPI tables that QEMU's firmware left: found, and the MADT extended. */
#ifndef HV_ACPI_H
#define HV_ACPI_H

#include "types.h"

u64 acpi_find_rsdp(void);
void acpi_madt_append(u64 rsdp, void *space, size_t size, const void *entry, size_t len);

#endif
