/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which reasons have a counter of their own, and where. In a header, so that
 * a handler, which knows its class, gets a comparison or two and no table.
 */
#ifndef CVMSTAT_REASONS_H
#define CVMSTAT_REASONS_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/cvmstat.h>
#include <linux/cvmstat_codes.h>

#define CVM_NR_CLASSES	(CVMSTAT_CLASS_AUTO + 1)

/**
 * struct cvm_reason_range - consecutive codes with places of their own
 * @first: first code
 * @n: how many
 * @place: index of the first
 */
struct cvm_reason_range {
	u64 first;
	u32 n;
	u32 place;
};

/* The codes up to the CR writes, and the page faults. */
#define SVM_PLACES_LOW	0xb0
#define SVM_PLACES	(SVM_PLACES_LOW + 8)

#define AT_VC		0
#define AT_VMGEXIT	(AT_VC + SVM_PLACES)
#define AT_GHCB_MSR	(AT_VMGEXIT + SVM_PLACES + 0x20 + 4 + 1)
#define AT_VE		(AT_GHCB_MSR + 0x20 + 2 + 1)
#define AT_TDVMCALL	(AT_VE + 64)
#define AT_TDCALL	(AT_TDVMCALL + 64 + 8 + 1)
#define AT_SVSM		(AT_TDCALL + 32)
#define AT_AUTO		(AT_SVSM + 8 + 4)
#define AT_END		(AT_AUTO + SVM_PLACES)

#define CVM_MAX_RANGES	5

static const struct cvm_reason_range cvm_reasons[CVM_NR_CLASSES][CVM_MAX_RANGES] = {
	[CVMSTAT_CLASS_VC] = {
		{ 0x0, SVM_PLACES_LOW, AT_VC },
		{ 0x400, 8, AT_VC + SVM_PLACES_LOW },
	},
	[CVMSTAT_CLASS_VMGEXIT] = {
		{ 0x0, SVM_PLACES_LOW, AT_VMGEXIT },
		{ 0x400, 8, AT_VMGEXIT + SVM_PLACES_LOW },
		{ 0x80000000, 0x20, AT_VMGEXIT + SVM_PLACES },
		{ 0x8000fffc, 4, AT_VMGEXIT + SVM_PLACES + 0x20 },
		{ CVMSTAT_VMGEXIT_HYPERV, 1, AT_VMGEXIT + SVM_PLACES + 0x24 },
	},
	[CVMSTAT_CLASS_GHCB_MSR] = {
		{ 0x0, 0x20, AT_GHCB_MSR },
		{ 0x80, 2, AT_GHCB_MSR + 0x20 },
		{ 0x100, 1, AT_GHCB_MSR + 0x22 },
	},
	[CVMSTAT_CLASS_VE] = { { 0, 64, AT_VE } },
	[CVMSTAT_CLASS_TDVMCALL] = {
		{ 0, 64, AT_TDVMCALL },
		{ 0x10000, 8, AT_TDVMCALL + 64 },
		{ CVMSTAT_TDVMCALL_VENDOR, 1, AT_TDVMCALL + 64 + 8 },
	},
	[CVMSTAT_CLASS_TDCALL] = { { 0, 32, AT_TDCALL } },
	[CVMSTAT_CLASS_SVSM] = {
		{ 0, 8, AT_SVSM },
		{ 1ULL << 32, 4, AT_SVSM + 8 },
	},
	[CVMSTAT_CLASS_AUTO] = {
		{ 0x0, SVM_PLACES_LOW, AT_AUTO },
		{ 0x400, 8, AT_AUTO + SVM_PLACES_LOW },
	},
};

#define CVM_NR_REASONS	AT_END

/**
 * cvm_reason_index() - place of a reason in the table of reasons
 * @class: enum cvmstat_class
 * @code: reason inside the class
 *
 * Context: any, an NMI included.
 * Return: the place, or -1 for a code that has none.
 */
static __always_inline int cvm_reason_index(unsigned int class, u64 code)
{
	const struct cvm_reason_range *r = cvm_reasons[class];
	unsigned int i;

#pragma GCC unroll 5
	for (i = 0; i < CVM_MAX_RANGES; i++)
		if (code - r[i].first < r[i].n)
			return r[i].place + (code - r[i].first);
	return -1;
}

#endif /* CVMSTAT_REASONS_H */
