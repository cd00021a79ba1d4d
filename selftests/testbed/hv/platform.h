/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a platform decides. The SVM core takes every exit, handles what is the
 * same for all (exit.c: kicks, the mark port, EFER), and gives the rest to the
 * platform.
 */
#ifndef HV_PLATFORM_H
#define HV_PLATFORM_H

#include "types.h"

struct boot_params;
struct cpuid_regs;
struct vcpu;

struct platform {
	const char *name;
	/* Bits of a guest physical address that say private or shared. */
	u64 private_bit, shared_bit;
	/* RAM has a state per page: two trees of nested page tables. */
	bool page_states;
	/* Of the two platforms in sev/, which are one but for this: SEV-SNP. */
	bool snp;
	/* What an EFER write counts as in class auto; 0: not at all. */
	u32 efer_code;
	/* What isolates the guest behind a paravisor, as Hyper-V says it; 0: nothing. */
	u32 isolation;
	/* Its APICs are x2APICs from the start. */
	bool x2apic;
	/* No page that the hypervisor writes: CPUID tells the clock's rate. */
	bool no_pv_pages;
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
	/* A vCPU's registers go back to what they are after power-on. */
	void (*reset)(struct vcpu *v);
	/* #UD: true if the instruction is the platform's own and was done. */
	bool (*opcode)(struct vcpu *v);
	/* Access to an MSR that is the platform's own: no trap, no exit. */
	bool (*native_msr)(struct vcpu *v, u32 msr, bool write, u64 *val);
	/* NMIs have to wait, for a reason beside those that the core knows. */
	bool (*blocks_nmi)(struct vcpu *v);
	/* VCPU_REQ_INIT, VCPU_REQ_SIPI, or requests of the platform's own. */
	void (*request)(struct vcpu *v, u32 requests);
	/* A vCPU on hold, every millisecond: true if it was started. */
	bool (*poll_start)(struct vcpu *v);
};

/* Puts a struct platform on the list of those that can be chosen. */
#define DECLARE_PLATFORM(p) \
	static const struct platform *const p##_entry \
		__attribute__((used, section(".platforms"))) = &(p)

/* hv.lds: what DECLARE_PLATFORM() has left there. */
extern const struct platform *const platforms_start[], *const platforms_end[];

extern const struct platform *platform;

/* The guest's privilege level, where a platform has those; not 0: below an SVSM. */
extern u8 guest_vmpl;

/* A TDX module that can raise fewer #VEs: TD_CTLS.REDUCE_VE. */
extern bool reduce_ve_offered;

void platform_choose(const char *name, size_t len);

#endif
