// SPDX-License-Identifier: GPL-2.0
/*
 * As little as Linux needs: KVM's signature, for its clock (pvclock.c) and for
 * no delays by port 0x80. No hypercall does anything.
 */
#include "face.h"
#include "kvm_para.h"
#include "platform.h"
#include "pvclock.h"
#include "wait.h"

static void none_cpuid(u32 leaf, struct cpuid_regs *r)
{
	if (leaf == KVM_CPUID_SIGNATURE) {
		*r = (struct cpuid_regs){ KVM_CPUID_FEATURES, KVM_SIGNATURE_EBX,
					  KVM_SIGNATURE_ECX, KVM_SIGNATURE_EDX };
	} else if (leaf == KVM_CPUID_FEATURES) {
		r->eax = KVM_FEATURE_NOP_IO_DELAY;
		if (!platform->no_pv_pages)
			r->eax |= KVM_FEATURE_CLOCKSOURCE2 | KVM_FEATURE_CLOCK_STABLE;
		r->edx = idle_offer.hint ? KVM_HINTS_REALTIME : 0;
	}
}

static u64 none_hypercall(struct vcpu *v, const u64 *regs, u32 cpl)
{
	(void)v;
	(void)regs;
	(void)cpl;
	return (u64)-KVM_ENOSYS;
}

static u64 none_tdvmcall(struct vcpu *v)
{
	(void)v;
	return (u64)-KVM_ENOSYS;
}

static const struct face none = {
	.name = "none",
	.cpuid = none_cpuid,
	.msr = pvclock_msr,
	.hypercall = none_hypercall,
	.tdvmcall = none_tdvmcall,
};
DECLARE_FACE(none);
