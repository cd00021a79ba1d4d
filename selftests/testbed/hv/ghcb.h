/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SEV-ES Guest-Hypervisor Communication Block Standardization, revision 2.0x
 * (AMD 56421). Numbers in comments are that document's sections, and where a
 * revision has moved them, their titles.
 */
#ifndef HV_GHCB_H
#define HV_GHCB_H

#include "types.h"

/* 2.3.1, GHCB MSR protocol: response codes are in bits 11:0. */
#define GHCB_MSR_INFO_MASK	0xfffULL
#define GHCB_MSR_SEV_INFO_RESP	0x001ULL
#define GHCB_MSR_CPUID_RESP	0x005ULL
#define GHCB_MSR_AP_HOLD_RESP	0x007ULL
#define GHCB_MSR_PREF_GPA_RESP	0x011ULL
#define GHCB_MSR_REG_GPA_RESP	0x013ULL
#define GHCB_MSR_PSC_RESP	0x015ULL
#define GHCB_MSR_VMPL_RESP	0x017ULL
#define GHCB_MSR_FEATURES_RESP	0x081ULL
#define GHCB_MSR_NO_PREF_GPA	(0xfffffffffffffULL << 12)
#define GHCB_PROTO_MIN		1ULL
#define GHCB_PROTO_MAX		2ULL

/* "Hypervisor Feature Support": the same bits in both protocols. */
#define GHCB_HV_FT_SNP		BIT(0)
#define GHCB_HV_FT_AP_CREATION	BIT(1)
#define GHCB_HV_FT_MULTI_VMPL	BIT(5)

/* 4.1, "Invoking VMGEXIT": sw_exit_info_1 bits 31:0 of the answer. */
#define GHCB_RESULT_OK		0
#define GHCB_RESULT_EXCEPTION	1	/* sw_exit_info_2 is an event to inject */
#define GHCB_RESULT_ERROR	2	/* sw_exit_info_2 is a reason */

/* 4.1, "Invoking VMGEXIT": reasons of GHCB_RESULT_ERROR. */
#define GHCB_ERR_NOT_REGISTERED		1
#define GHCB_ERR_INVALID_USAGE		2
#define GHCB_ERR_INVALID_SCRATCH	3
#define GHCB_ERR_MISSING_INPUT		4
#define GHCB_ERR_INVALID_INPUT		5
#define GHCB_ERR_INVALID_EVENT		6

/* 2.6: usage 0 is a GHCB; of Hyper-V, Linux arch/x86/hyperv/ivm.c. */
#define GHCB_USAGE_HYPERV	1

/* 4.1, "AP Jump Table": sw_exit_info_1. */
#define GHCB_JUMP_TABLE_SET	0
#define GHCB_JUMP_TABLE_GET	1

/* 4.1.6, "SNP Page State Change". */
#define PSC_PRIVATE		1
#define PSC_SHARED		2
#define PSC_ENTRIES_MAX		253
#define PSC_ENTRY_GPA(e)	((e) & 0x000ffffffffff000ULL)
#define PSC_ENTRY_OP(e)		((e) >> 52 & 0xf)
#define PSC_ENTRY_HUGE(e)	((e) >> 56 & 1)
#define PSC_ERR_BAD_HEADER	(1ULL << 32 | 1)
#define PSC_ERR_BAD_ENTRY	(1ULL << 32 | 2)

struct psc_request {
	u16 cur_entry, end_entry;
	u32 rsvd;
	u64 entries[PSC_ENTRIES_MAX];
} __packed;

/* 4.1.7, "SNP Guest Request": VMM error in sw_exit_info_2 bits 63:32. */
#define GUEST_REQUEST_VMM_ERROR	(0xffffffffULL << 32)

/* 2.6, "GHCB Layout". */
struct ghcb {
	u8 rsvd_0[0xcb];
	u8 cpl;
	u8 rsvd_cc[0x140 - 0xcc];
	u64 xss;
	u8 rsvd_148[0x160 - 0x148];
	u64 dr7;
	u8 rsvd_168[0x1f8 - 0x168];
	u64 rax;
	u8 rsvd_200[0x308 - 0x200];
	u64 rcx, rdx, rbx;
	u8 rsvd_320[0x330 - 0x320];
	u64 rsi;
	u8 rsvd_338[0x390 - 0x338];
	u64 sw_exit_code, sw_exit_info_1, sw_exit_info_2, sw_scratch;
	u8 rsvd_3b0[0x3e8 - 0x3b0];
	u64 xcr0;
	u64 valid_bitmap[2];
	u64 x87_state_gpa;
	u8 rsvd_408[0x800 - 0x408];
	u8 shared_buffer[0xff0 - 0x800];
	u8 rsvd_ff0[10];
	u16 protocol_version;
	u32 usage;
} __packed;

_Static_assert(offsetof(struct ghcb, rcx) == 0x308, "GHCB layout");
_Static_assert(offsetof(struct ghcb, rsi) == 0x330, "GHCB layout");
_Static_assert(offsetof(struct ghcb, sw_exit_code) == 0x390, "GHCB layout");
_Static_assert(offsetof(struct ghcb, valid_bitmap) == 0x3f0, "GHCB layout");
_Static_assert(offsetof(struct ghcb, usage) == 0xffc, "GHCB layout");

#define GHCB_BIT(field)		(offsetof(struct ghcb, field) / 8)

static inline bool ghcb_valid(const struct ghcb *g, u32 bit)
{
	return g->valid_bitmap[bit / 64] >> (bit & 63) & 1;
}

static inline void ghcb_set_valid(struct ghcb *g, u32 bit)
{
	g->valid_bitmap[bit / 64] |= BIT(bit & 63);
}

/* Linux, arch/x86/include/asm/sev.h: what the CC blob setup_data points to. */
#define CC_BLOB_MAGIC		0x45444d41
struct cc_blob {
	u32 magic;
	u16 version, rsvd;
	u64 secrets_phys;
	u32 secrets_len, rsvd1;
	u64 cpuid_phys;
	u32 cpuid_len, rsvd2;
} __packed;

/* SEV-SNP Firmware ABI (AMD 56860), 8.14.2.6: CPUID page. */
#define SNP_CPUID_MAX		64
struct snp_cpuid_page {
	u32 count, rsvd;
	u64 rsvd2;
	struct {
		u32 leaf, subleaf;
		u64 xcr0, xss;
		u32 eax, ebx, ecx, edx;
		u64 rsvd;
	} __packed fn[SNP_CPUID_MAX];
} __packed;

/* SEV-SNP Firmware ABI, 8.14.2.5, Linux struct secrets_os_area, and SVSM, "Secrets page". */
struct snp_secrets {
	u32 version, imi, fms, rsvd;
	u8 gosvw[16];
	u8 vmpck[4][32];
	u32 msg_seqno[4];
	u64 ap_jump_table;
	u8 rsvd_b8[0x140 - 0xb8];
	u64 svsm_base, svsm_size, svsm_caa;
	u32 svsm_max_version;
	u8 svsm_guest_vmpl;
} __packed;

_Static_assert(offsetof(struct snp_secrets, ap_jump_table) == 0xb0, "secrets page layout");
_Static_assert(offsetof(struct snp_secrets, svsm_caa) == 0x150, "secrets page layout");

#endif
