/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypervisor's face: what a guest finds of it in CPUID from 0x40000000 on,
 * in MSRs of the hypervisor's own, and by hypercalls. A face is a folder, as a
 * platform is one; faces and platforms do not know each other.
 */
#ifndef HV_FACE_H
#define HV_FACE_H

#include "types.h"

struct cpuid_regs;
struct vcpu;

#define CPUID_IS_HV(leaf)	((leaf) >> 28 == 4)

struct face {
	const char *name;
	/* A leaf that CPUID_IS_HV(); *r is zero, as of a leaf that is not there. */
	void (*cpuid)(u32 leaf, struct cpuid_regs *r);
	/* An access to an MSR; false if it is none of the face's, or refused: #GP. */
	bool (*msr)(struct vcpu *v, u32 msr, bool write, u64 *val);
	/*
	 * VMMCALL at @cpl. @regs: the guest's, in the order of enum gpr, as far as
	 * it shows them, else zero. Returns the answer, for RAX.
	 */
	u64 (*hypercall)(struct vcpu *v, const u64 *regs, u32 cpl);
	/* Which call that is, for the ledger. NULL: RAX says it. */
	u64 (*call_number)(const u64 *regs);
	/*
	 * TDG.VP.VMCALL whose R10 is not zero, a hypercall of the hypervisor's own
	 * (GHCI 2.4.1): arguments in the vCPU's registers. Returns the answer, for R10.
	 */
	u64 (*tdvmcall)(struct vcpu *v);

	/* What follows is NULL where a face has nothing to do. */

	/* A vCPU's registers go back to what they are after power-on. */
	void (*reset)(struct vcpu *v);
	/* A vCPU gives its CPU away; it has it back, and could have run meanwhile. */
	void (*sched_out)(struct vcpu *v);
	void (*sched_in)(struct vcpu *v, bool ready);
	/*
	 * The hypervisor ends an interrupt itself before the guest has it: true if
	 * the guest was told, and will not.
	 */
	bool (*take_eoi)(struct vcpu *v);
};

/* Puts a struct face on the list of those that can be chosen. */
#define DECLARE_FACE(f) \
	static const struct face *const f##_entry \
		__attribute__((used, section(".faces"))) = &(f)

/* hv.lds: what DECLARE_FACE() has left there. */
extern const struct face *const faces_start[], *const faces_end[];

extern const struct face *face;

void face_choose(const char *name, size_t len);
void face_cpuid(u32 leaf, struct cpuid_regs *r);

#endif
