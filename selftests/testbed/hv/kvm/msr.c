// SPDX-License-Identifier: GPL-2.0
/* KVM's MSRs: Linux, Documentation/virt/kvm/x86/msr.rst. The clock's: pvclock.c. */
#include "guest.h"
#include "kvm.h"
#include "platform.h"
#include "pvclock.h"

struct kvm_vcpu kvm_vcpus[MAX_VCPUS];

static const struct {
	u32 msr;
	u64 feature;
	u64 reserved;		/* bits whose write is a #GP */
} msrs[] = {
	/* No page of a guest is ever away here: an asynchronous fault never comes. */
	{ MSR_KVM_ASYNC_PF_EN, KVM_FEATURE_ASYNC_PF, 0x30 },
	{ MSR_KVM_ASYNC_PF_INT, KVM_FEATURE_ASYNC_PF_INT, ~0xffULL },
	{ MSR_KVM_ASYNC_PF_ACK, KVM_FEATURE_ASYNC_PF_INT, 0 },
	{ MSR_KVM_STEAL_TIME, KVM_FEATURE_STEAL_TIME, 0x3e },
	{ MSR_KVM_PV_EOI_EN, KVM_FEATURE_PV_EOI, 0x2 },
	/* Whether the host polls before it halts, which it does not here. */
	{ MSR_KVM_POLL_CONTROL, KVM_FEATURE_POLL_CONTROL, ~1ULL },
	{ MSR_KVM_MIGRATION_CONTROL, KVM_FEATURE_MIGRATION_CONTROL, ~1ULL },
};

/**
 * kvm_shared - memory that the guest shares with the hypervisor
 * @msr: an MSR's value, the address and whether it is enabled
 * @size: how much of it, which its alignment keeps in one page
 * Return: NULL if it is not enabled, no RAM, or private.
 */
void *kvm_shared(u64 msr, size_t size)
{
	u64 gpa = msr & ~(size - 1);

	if (!(msr & KVM_MSR_ENABLED) ||
	    (platform->page_states && page_state_get(gpa) != PAGE_SHARED))
		return NULL;
	return guest_ptr(gpa, size);
}

bool kvm_msr_access(struct vcpu *v, u32 msr, bool write, u64 *val)
{
	u32 i;

	if (!platform->no_pv_pages && pvclock_msr(v, msr, write, val)) {
		if (write)
			*kvm_msr(v, msr) = *val;
		else
			*val = *kvm_msr(v, msr);
		return true;
	}
	for (i = 0; i < ARRAY_SIZE(msrs); i++) {
		if (msrs[i].msr != msr || !(kvm_features() & msrs[i].feature))
			continue;
		if (write && *val & msrs[i].reserved)
			return false;
		if (!write)
			*val = *kvm_msr(v, msr);
		else if (msr != MSR_KVM_ASYNC_PF_ACK)
			*kvm_msr(v, msr) = *val;
		return true;
	}
	return false;
}

void kvm_msr_reset(struct vcpu *v)
{
	memset(kvm_vcpus[v->id].msrs, 0, sizeof(kvm_vcpus[v->id].msrs));
	*kvm_msr(v, MSR_KVM_POLL_CONTROL) = 1;
}
