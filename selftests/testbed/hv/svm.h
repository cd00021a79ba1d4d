/* SPDX-License-Identifier: GPL-2.0 */
/* The virtual machine control block: APM vol. 2, appendix B. */
#ifndef HV_SVM_H
#define HV_SVM_H

#include "types.h"

/* Intercept word 3, offset 0x0c. */
#define SVM_I3_NMI		BIT(1)
#define SVM_I3_RDPMC		BIT(15)
#define SVM_I3_CPUID		BIT(18)
#define SVM_I3_IRET		BIT(20)
#define SVM_I3_INVD		BIT(22)
#define SVM_I3_HLT		BIT(24)
#define SVM_I3_IOIO		BIT(27)
#define SVM_I3_MSR		BIT(28)
#define SVM_I3_SHUTDOWN		BIT(31)

/* Intercept word 4, offset 0x10. */
#define SVM_I4_VMRUN		BIT(0)
#define SVM_I4_VMMCALL		BIT(1)
#define SVM_I4_VMLOAD		BIT(2)
#define SVM_I4_VMSAVE		BIT(3)
#define SVM_I4_STGI		BIT(4)
#define SVM_I4_CLGI		BIT(5)
#define SVM_I4_SKINIT		BIT(6)
#define SVM_I4_WBINVD		BIT(9)
#define SVM_I4_MONITOR		BIT(10)
#define SVM_I4_MWAIT		BIT(11)

/* Exit codes that only the hypervisor meets; the others: cvmstat_codes.h. */
#define SVM_EXIT_EXCP_BASE	0x40
#define SVM_EXIT_IRET		0x74
#define SVM_EXIT_VMRUN		0x80
#define SVM_EXIT_SKINIT		0x86

/* int_ctl, offset 0x60. */
#define SVM_V_IRQ		BIT(8)
#define SVM_V_IGN_TPR		BIT(20)

/* event_inj, offset 0xa8: APM vol. 2, 15.20. */
#define SVM_INJ_NMI		(2U << 8)
#define SVM_INJ_EXCEPTION	(3U << 8)
#define SVM_INJ_HAS_ERROR	BIT(11)
#define SVM_INJ_VALID		BIT(31)
#define SVM_INJ_WITH_ERROR(vector)	((vector) | SVM_INJ_EXCEPTION | SVM_INJ_HAS_ERROR | \
					 SVM_INJ_VALID)

/* exit_info_1 of an MSR exit and of the MSR NAE event: APM vol. 2, 15.11. */
#define SVM_MSR_WRITE		BIT(0)

/* exit_info_1 of an IOIO exit and of the IOIO NAE event: APM vol. 2, 15.10.2. */
#define SVM_IOIO_IN		BIT(0)
#define SVM_IOIO_STRING		BIT(2)
#define SVM_IOIO_REP		BIT(3)
#define SVM_IOIO_SIZE(info)	((u32)((info) >> 4) & 7)
#define SVM_IOIO_PORT(info)	((u16)((info) >> 16))

struct svm_segment {
	u16 selector;
	u16 attrib;
	u32 limit;
	u64 base;
};

struct svm_save {
	struct svm_segment es, cs, ss, ds, fs, gs;
	struct svm_segment gdtr, ldtr, idtr, tr;
	u8 rsvd_a0[0xcb - 0xa0];
	u8 cpl;
	u32 rsvd_cc;
	u64 efer;
	u8 rsvd_d8[0x148 - 0xd8];
	u64 cr4, cr3, cr0, dr7, dr6, rflags, rip;
	u8 rsvd_180[0x1d8 - 0x180];
	u64 rsp;
	u8 rsvd_1e0[0x1f8 - 0x1e0];
	u64 rax;
	u64 star, lstar, cstar, sfmask, kernel_gs_base;
	u64 sysenter_cs, sysenter_esp, sysenter_eip, cr2;
	u8 rsvd_248[0x268 - 0x248];
	u64 g_pat;
} __packed;

struct vmcb {
	u32 intercept_cr;
	u32 intercept_dr;
	u32 intercept_excp;
	u32 intercept3;
	u32 intercept4;
	u8 rsvd_14[0x40 - 0x14];
	u64 iopm_base_pa;
	u64 msrpm_base_pa;
	u64 tsc_offset;
	u32 asid;
	u32 tlb_ctl;
	u32 int_ctl;
	u32 int_vector;
	u64 int_state;
	u64 exit_code;
	u64 exit_info_1;
	u64 exit_info_2;
	u64 exit_int_info;
	u64 nested_ctl;
	u8 rsvd_98[0xa8 - 0x98];
	u32 event_inj;
	u32 event_inj_err;
	u64 nested_cr3;
	u8 rsvd_b8[0x400 - 0xb8];
	struct svm_save save;
	u8 rsvd_end[0x1000 - 0x400 - sizeof(struct svm_save)];
} __packed __aligned(4096);

_Static_assert(offsetof(struct vmcb, iopm_base_pa) == 0x40, "VMCB layout");
_Static_assert(offsetof(struct vmcb, exit_code) == 0x70, "VMCB layout");
_Static_assert(offsetof(struct vmcb, event_inj) == 0xa8, "VMCB layout");
_Static_assert(offsetof(struct svm_save, efer) == 0xd0, "VMCB layout");
_Static_assert(offsetof(struct svm_save, rip) == 0x178, "VMCB layout");
_Static_assert(offsetof(struct svm_save, rax) == 0x1f8, "VMCB layout");
_Static_assert(offsetof(struct svm_save, g_pat) == 0x268, "VMCB layout");
_Static_assert(sizeof(struct vmcb) == 0x1000, "VMCB layout");

static inline void svm_vmsave(struct vmcb *vmcb)
{
	__asm__ volatile("vmsave %%rax" : : "a"(vmcb) : "memory");
}

static inline void svm_vmload(const struct vmcb *vmcb)
{
	__asm__ volatile("vmload %%rax" : : "a"(vmcb) : "memory");
}

#endif
