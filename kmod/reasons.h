/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which reasons have a counter of their own, and where. In a header, so that
 * a handler, which knows its class, gets a comparison or two and no table.
 */
#ifndef CVMSTAT_REASONS_H
#define CVMSTAT_REASONS_H

#include <linux/compiler.h>
#include <linux/stddef.h>
#include <linux/types.h>

#include "record.h"

/**
 * struct cvm_reason_map - a byte for each reason that has a counter
 *
 * Where it lies is the counter's index. An array is a range of codes, see
 * cvm_reasons; those of SVM are the codes up to the CR writes, and the faults
 * from that of a nested page on.
 */
struct cvm_reason_map {
	u8 vc[0xb0];
	u8 vc_fault[8];
	u8 vmgexit[0xb0];
	u8 vmgexit_fault[8];
	u8 nae[0x20];
	u8 nae_last[4];
	u8 vmgexit_hyperv[1];
	u8 ghcb_msr[0x20];
	u8 ghcb_features[2];
	u8 ghcb_terminate[1];
	u8 ve[64];
	u8 ve_msr_imm[2];
	u8 tdvmcall[64];
	u8 tdvmcall_ghci[8];
	u8 tdvmcall_vendor[1];
	u8 tdcall[32];
	u8 svsm_core[8];
	u8 svsm_attest[4];
	u8 automatic[0xb0];
	u8 automatic_fault[8];
};

#define CVM_NR_REASONS	sizeof(struct cvm_reason_map)

/* Index of the first counter of a range, and how many it has. */
#define CVM_INDEX(range)	offsetof(struct cvm_reason_map, range)
#define CVM_NR_OF(range) sizeof_field(struct cvm_reason_map, range)

/**
 * struct cvm_reason_range - consecutive codes with counters of their own
 * @first: first code
 * @n: how many; 0 behind the class's last range
 * @index: of the first one's counter
 */
struct cvm_reason_range {
	u64 first;
	u32 n;
	u32 index;
};

#define CVM_MAX_RANGES	5

static const struct cvm_reason_range cvm_reasons[CVM_NR_CLASSES][CVM_MAX_RANGES] = {
	[CVMSTAT_CLASS_VC] = {
		{ 0x0, CVM_NR_OF(vc), CVM_INDEX(vc) },
		{ CVMSTAT_SVM_NPF, CVM_NR_OF(vc_fault), CVM_INDEX(vc_fault) },
	},
	[CVMSTAT_CLASS_VMGEXIT] = {
		{ 0x0, CVM_NR_OF(vmgexit), CVM_INDEX(vmgexit) },
		{ CVMSTAT_SVM_NPF, CVM_NR_OF(vmgexit_fault), CVM_INDEX(vmgexit_fault) },
		{ 0x80000000, CVM_NR_OF(nae), CVM_INDEX(nae) },
		{ 0x8000fffc, CVM_NR_OF(nae_last), CVM_INDEX(nae_last) },
		{ CVMSTAT_VMGEXIT_HYPERV, CVM_NR_OF(vmgexit_hyperv), CVM_INDEX(vmgexit_hyperv) },
	},
	[CVMSTAT_CLASS_GHCB_MSR] = {
		{ 0x0, CVM_NR_OF(ghcb_msr), CVM_INDEX(ghcb_msr) },
		{ 0x80, CVM_NR_OF(ghcb_features), CVM_INDEX(ghcb_features) },
		{ 0x100, CVM_NR_OF(ghcb_terminate), CVM_INDEX(ghcb_terminate) },
	},
	[CVMSTAT_CLASS_VE] = {
		{ 0, CVM_NR_OF(ve), CVM_INDEX(ve) },
		{ CVMSTAT_VE_RDMSR_IMM, CVM_NR_OF(ve_msr_imm), CVM_INDEX(ve_msr_imm) },
	},
	[CVMSTAT_CLASS_TDVMCALL] = {
		{ 0, CVM_NR_OF(tdvmcall), CVM_INDEX(tdvmcall) },
		{ CVMSTAT_TDVMCALL_GET_INFO, CVM_NR_OF(tdvmcall_ghci), CVM_INDEX(tdvmcall_ghci) },
		{ CVMSTAT_TDVMCALL_VENDOR, CVM_NR_OF(tdvmcall_vendor), CVM_INDEX(tdvmcall_vendor) },
	},
	[CVMSTAT_CLASS_TDCALL] = {
		{ 0, CVM_NR_OF(tdcall), CVM_INDEX(tdcall) },
	},
	[CVMSTAT_CLASS_SVSM] = {
		{ 0, CVM_NR_OF(svsm_core), CVM_INDEX(svsm_core) },
		{ 1ULL << 32, CVM_NR_OF(svsm_attest), CVM_INDEX(svsm_attest) },
	},
	[CVMSTAT_CLASS_AUTO] = {
		{ 0x0, CVM_NR_OF(automatic), CVM_INDEX(automatic) },
		{ CVMSTAT_SVM_NPF, CVM_NR_OF(automatic_fault), CVM_INDEX(automatic_fault) },
	},
};

/**
 * cvm_reason_index() - index of a reason's counter
 * @class: enum cvmstat_class
 * @code: reason inside the class
 *
 * Context: any, an NMI included.
 * Return: the index, or -1 for a code that has none.
 */
static __always_inline int cvm_reason_index(unsigned int class, u64 code)
{
	const struct cvm_reason_range *r = cvm_reasons[class];
	unsigned int i;

#pragma GCC unroll 5
	for (i = 0; i < CVM_MAX_RANGES; i++)
		if (code - r[i].first < r[i].n)
			return r[i].index + (code - r[i].first);
	return -1;
}

/* enum cvmstat_detail, by the index of the reason's counter. */
extern u8 cvm_details[CVM_NR_REASONS];

/**
 * cvm_detail_chosen() - may a detail be whatever a user likes?
 * @index: of the reason's counter
 * @user: raised in user mode
 *
 * CPUID and VMMCALL are for all; for ports, MSRs and devices somebody must have
 * given leave. Such details have tables of their own, or they would push out those
 * of others.
 *
 * Context: any, an NMI included.
 */
static __always_inline bool cvm_detail_chosen(unsigned int index, bool user)
{
	return user && (cvm_details[index] == CVMSTAT_DETAIL_LEAF ||
			cvm_details[index] == CVMSTAT_DETAIL_HYPERCALL);
}

void cvm_reasons_init(void);
void cvm_reason_at(unsigned int index, struct cvm_record *rec);
u8 cvm_provenance_of(unsigned int class, u64 code);
void cvm_set_provenance(unsigned int class, u64 code, u8 provenance);

#endif /* CVMSTAT_REASONS_H */
