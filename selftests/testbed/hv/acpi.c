// SPDX-License-Identifier: GPL-2.0
/* ACPI 6.4: RSDP 5.2.5, RSDT 5.2.7, MADT 5.2.12. */
#include "acpi.h"
#include "end.h"

#define RSDP_FIRST	0xe0000UL
#define RSDP_LAST	0xffff0UL

struct acpi_header {
	char signature[4];
	u32 length;
	u8 revision, checksum;
	u8 ids[26];
} __packed;

struct acpi_rsdp {
	char signature[8];
	u8 checksum;
	char oem[6];
	u8 revision;
	u32 rsdt;
} __packed;

static u8 sum(const void *p, size_t n)
{
	const u8 *b = p;
	u8 s = 0;

	while (n--)
		s += *b++;
	return s;
}

static void set_checksum(struct acpi_header *h)
{
	h->checksum = 0;
	h->checksum = -sum(h, h->length);
}

/* Address of the RSDP, 0 if there is none. */
u64 acpi_find_rsdp(void)
{
	u64 at;

	for (at = RSDP_FIRST; at <= RSDP_LAST; at += 16)
		if (!memcmp((void *)at, "RSD PTR ", 8) &&
		    !sum((void *)at, sizeof(struct acpi_rsdp)))
			return at;
	return 0;
}

/**
 * acpi_madt_append - give the MADT one more interrupt controller structure
 * @rsdp: from acpi_find_rsdp()
 * @space: where the longer copy goes; stays in use
 * @size: bytes at @space
 * @entry: the structure
 * @len: its length
 */
void acpi_madt_append(u64 rsdp, void *space, size_t size, const void *entry, size_t len)
{
	struct acpi_header *rsdt = (void *)(u64)((struct acpi_rsdp *)rsdp)->rsdt;
	u32 *entries = (u32 *)(rsdt + 1);
	u32 i, n = (rsdt->length - sizeof(*rsdt)) / sizeof(u32);

	for (i = 0; i < n; i++) {
		struct acpi_header *old = (void *)(u64)entries[i], *madt = space;

		if (memcmp(old->signature, "APIC", 4))
			continue;
		if (old->length + len > size)
			break;
		memcpy(madt, old, old->length);
		memcpy((u8 *)space + old->length, entry, len);
		madt->length += len;
		set_checksum(madt);
		entries[i] = (u64)madt;
		set_checksum(rsdt);
		return;
	}
	hv_end(HV_EXIT_INTERNAL, "no MADT, or no room for a longer one");
}
