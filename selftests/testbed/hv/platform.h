/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a platform decides. The SVM core takes every exit, handles what is the
 * same for all (exit.c: kicks, the mark port, EFER), and gives the rest to the
 * platform.
 */
#ifndef HV_PLATFORM_H
#define HV_PLATFORM_H

#include "vcpu.h"

struct boot_params;

struct platform {
	const char *name;
	/* Bits of a guest physical address that say private or shared. */
	u64 private_bit, shared_bit;
	/* RAM has a state per page: two trees of nested page tables. */
	bool page_states;
	/* What an EFER write counts as in class auto; 0: not at all. */
	u32 efer_code;
	/* NMIs stay blocked until the guest says so, not until IRET. */
	bool nmi_complete;

	/* An exit that the core does not know. RIP is at the instruction. */
	void (*exit)(struct vcpu *v, u64 code);
	/* Nested page fault on RAM in the wrong state, or with the wrong alias. */
	void (*bad_access)(struct vcpu *v, u64 gpa);
	/* The guest's CPUID, as this platform shows it. */
	void (*cpuid)(struct vcpu *v, u32 leaf, u32 subleaf, struct cpuid_regs *r);

	/* What follows is NULL where a platform has nothing to do. */

	/* Once, before any vCPU runs; may add setup_data and ACPI tables. */
	void (*boot)(struct boot_params *bp);
	/* Intercepts and registers of a fresh vCPU. */
	void (*vcpu_init)(struct vcpu *v);
	/* #UD: true if the instruction is the platform's own and was done. */
	bool (*opcode)(struct vcpu *v);
	/* Access to an MSR that is the platform's own: no trap, no exit. */
	bool (*native_msr)(struct vcpu *v, u32 msr, bool write, u64 *val);
	/* VCPU_REQ_INIT arrived. */
	void (*init)(struct vcpu *v);
	/* VCPU_REQ_SIPI or VCPU_REQ_VMSA arrived. */
	void (*start)(struct vcpu *v, u32 request);
	/* A CPU that the firmware still holds sleeps: true if it was started. */
	bool (*poll_start)(struct vcpu *v);
};

extern const struct platform plain_platform, sev_es_platform, snp_platform, tdx_platform;
extern const struct platform *platform;

/* What KVM answers to a hypercall that it does not know (Linux, kvm_para.h). */
#define KVM_ENOSYS	1000

/* The largest physical address width that TCG offers: the top bit is ours. */
#define GUEST_PHYS_BITS	40
#define GPA_TOP_BIT	BIT(GUEST_PHYS_BITS - 1)
#define GPA_MASK	(GPA_TOP_BIT - 1)

#endif
