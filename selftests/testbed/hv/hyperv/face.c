// SPDX-License-Identifier: GPL-2.0
/*
 * Hyper-V as Linux finds it: a guest of Hyper-V's, and what its paravisor is
 * for one that it isolates.
 */
#include "face.h"
#include "guest.h"
#include "hyperv.h"
#include "lapic.h"
#include "platform.h"

/* Hyper-V of Windows Server 2022. */
#define VERSION_BUILD		20348
#define VERSION_10_0		(10U << 16)

/* Its APIC's own MSRs: those of an x2APIC are as good, and Linux takes them. */
static u32 hints(void)
{
	return HINT_REMOTE_TLB_FLUSH | HINT_NO_AUTO_EOI | HINT_CLUSTER_IPI |
	       (platform->x2apic || x2apic_offered ? 0 : HINT_APIC_MSRS);
}

static void isolation(struct cpuid_regs *r)
{
	if (!platform->isolation)
		return;
	r->eax = PARAVISOR_PRESENT;
	r->ebx = platform->isolation | BOUNDARY_ACTIVE | BOUNDARY_BITS(GUEST_PHYS_BITS - 1);
}

static void hyperv_cpuid(u32 leaf, struct cpuid_regs *r)
{
	switch (leaf) {
	case LEAF_VENDOR:
		/* "Microsoft Hv" */
		*r = (struct cpuid_regs){ LEAF_ISOLATION, 0x7263694d, 0x666f736f, 0x76482074 };
		break;
	case LEAF_INTERFACE:
		r->eax = 0x31237648;	/* "Hv#1" */
		break;
	case LEAF_VERSION:
		*r = (struct cpuid_regs){ VERSION_BUILD, VERSION_10_0, 0, 0 };
		break;
	case LEAF_FEATURES:
		r->eax = ACCESS_TIME_REF_COUNT | ACCESS_APIC | ACCESS_HYPERCALL | ACCESS_VP_INDEX |
			 ACCESS_REFERENCE_TSC | ACCESS_FREQUENCY | ACCESS_TSC_INVARIANT;
		r->ebx = platform->isolation ? PRIVILEGE_ISOLATION : 0;
		r->edx = FEATURE_FREQUENCY;
		break;
	case LEAF_HINTS:
		r->eax = hints();
		r->ebx = NEVER_SPIN_WAIT;
		break;
	case LEAF_LIMITS:
		r->eax = MAX_VCPUS;
		r->ebx = MAX_VCPUS;
		break;
	case LEAF_ISOLATION:
		isolation(r);
		break;
	}
}

static u64 hyperv_call_number(const u64 *regs)
{
	return CALL_CODE(regs[RCX]);
}

/* No guest here makes its calls by TDG.VP.VMCALL. */
static u64 hyperv_tdvmcall(struct vcpu *v)
{
	v->regs[R11] = STATUS_INVALID_CODE;
	return 0;
}

static const struct face hyperv = {
	.name = "hyperv",
	.cpuid = hyperv_cpuid,
	.msr = hyperv_msr,
	.hypercall = hyperv_hypercall,
	.call_number = hyperv_call_number,
	.tdvmcall = hyperv_tdvmcall,
};
DECLARE_FACE(hyperv);
