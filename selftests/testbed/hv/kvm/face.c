// SPDX-License-Identifier: GPL-2.0
/*
 * KVM, with what it offers such guests: all that it can do by pages that both
 * share, where there may be some, and what a TD has without (QEMU,
 * target/i386/kvm/tdx.c).
 */
#include "face.h"
#include "kvm.h"
#include "platform.h"
#include "wait.h"

#define FEATURES_ALL	(KVM_FEATURE_NOP_IO_DELAY | KVM_FEATURE_PV_UNHALT | \
			 KVM_FEATURE_PV_TLB_FLUSH | KVM_FEATURE_PV_SEND_IPI | \
			 KVM_FEATURE_POLL_CONTROL | KVM_FEATURE_PV_SCHED_YIELD)
#define FEATURES_PAGES	(KVM_FEATURE_CLOCKSOURCE2 | KVM_FEATURE_CLOCK_STABLE | \
			 KVM_FEATURE_ASYNC_PF | KVM_FEATURE_ASYNC_PF_INT | \
			 KVM_FEATURE_STEAL_TIME | KVM_FEATURE_PV_EOI)
/* Who migrates a guest has to know its pages, if nothing else tells. */
#define FEATURES_MIGRATION (KVM_FEATURE_HC_MAP_GPA_RANGE | KVM_FEATURE_MIGRATION_CONTROL)

u64 kvm_features(void)
{
	return FEATURES_ALL | (platform->no_pv_pages ? 0 : FEATURES_PAGES) |
	       (platform->page_states ? 0 : FEATURES_MIGRATION);
}

static void kvm_cpuid(u32 leaf, struct cpuid_regs *r)
{
	if (leaf == KVM_CPUID_SIGNATURE) {
		*r = (struct cpuid_regs){ KVM_CPUID_FEATURES, KVM_SIGNATURE_EBX,
					  KVM_SIGNATURE_ECX, KVM_SIGNATURE_EDX };
	} else if (leaf == KVM_CPUID_FEATURES) {
		r->eax = kvm_features();
		r->edx = idle_offer.hint ? KVM_HINTS_REALTIME : 0;
	}
}

static const struct face kvm = {
	.name = "kvm",
	.cpuid = kvm_cpuid,
	.msr = kvm_msr_access,
	.hypercall = kvm_hypercall,
	.tdvmcall = kvm_tdvmcall,
	.reset = kvm_msr_reset,
	.sched_out = kvm_sched_out,
	.sched_in = kvm_sched_in,
	.take_eoi = kvm_take_eoi,
};
DECLARE_FACE(kvm);
