/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Intel TDX Module ABI specification (348551) and Guest-Hypervisor
 * Communication Interface (344426). Leaves and sub-functions: cvmstat_codes.h.
 */
#ifndef HV_TDX_H
#define HV_TDX_H

#include "vcpu.h"

/* What TDG.VP.VEINFO.GET tells of a #VE (TDX module ABI spec.). */
struct ve_info {
	u32 reason, instr_len;
	u64 qual, gla, gpa;
};

/* What TDX has to know of a vCPU. */
struct tdx_vcpu {
	struct ve_info ve;
	bool ve_valid;		/* TDG.VP.VEINFO.GET has not asked for it yet */
};

extern struct tdx_vcpu tdx_vcpus[MAX_VCPUS];

static inline struct tdx_vcpu *to_tdx(const struct vcpu *v)
{
	return &tdx_vcpus[v->id];
}

/*
 * TDX module ABI, completion status codes; an operand is named by its register's
 * number, which is that of the instruction encoding.
 */
#define TDX_SUCCESS			0ULL
#define TDX_OPERAND_INVALID(reg)	(0xc000010000000000ULL | (reg))
#define TDX_NO_VALID_VE_INFO		0xc000070400000000ULL
#define TDX_PAGE_ALREADY_ACCEPTED	0x00000b0a00000000ULL
#define TDX_PAGE_SIZE_MISMATCH		0xc0000b0b00000000ULL
#define TDX_METADATA_FIELD_INCORRECT	0xc0000c0000000000ULL
#define TDX_METADATA_FIELD_READONLY	0xc0000c0100000000ULL

/* GHCI 2.4.1, TDG.VP.VMCALL status. */
#define TDVMCALL_SUCCESS		0ULL
#define TDVMCALL_RETRY			1ULL
#define TDVMCALL_INVALID_OPERAND	0x8000000000000000ULL
#define TDVMCALL_ALIGN_ERROR		0x8000000000000002ULL

/* TDX module base spec., TD attributes. */
#define TDX_ATTR_SEPT_VE_DISABLE	BIT(28)
#define TDX_ATTRIBUTES			TDX_ATTR_SEPT_VE_DISABLE

#endif
