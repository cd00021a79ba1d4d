/* SPDX-License-Identifier: GPL-2.0 */
/* What cvmstat boot shows. */
#ifndef CVMSTAT_BOOT_H
#define CVMSTAT_BOOT_H

#include "guest/boot.h"
#include "names/names.h"
#include "out/out.h"

/**
 * struct boot_row - one reason, or one detail of it, in all phases
 * @r: what it is
 * @n: events by phase
 * @total: their sum
 */
struct boot_row {
	struct record r;
	u64 n[BOOT_PHASES];
	u64 total;
};

DEFINE_VEC(boot_row)

/**
 * struct boot_report - a boot, added up
 * @boot: what the guest told
 * @reasons: exits, calls and traps in this order, the most frequent first
 * @details: the most frequent first
 * @pages: by phase, what was done, and size
 * @sums: of all reasons, by kind and phase
 * @bytes: whose pages changed, by operation and phase
 */
struct boot_report {
	const struct boot *boot;
	struct boot_row_vec reasons, details;
	struct boot_pages_vec pages;
	u64 sums[KIND_COUNT][BOOT_PHASES];
	u64 bytes[BOOT_PAGE_OPS][BOOT_PHASES];
};

bool boot_from_module(struct boot *b);

void boot_report_build(struct boot_report *r, const struct boot *b);
void boot_report_free(struct boot_report *r);
u64 boot_total(const struct boot_report *r, const u64 by_phase[BOOT_PHASES]);

void boot_show(struct out *o, const struct boot_report *r);
void boot_advise(struct out *o, const struct boot_report *r);

#endif
