// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest is told of when its vCPUs run, by pages that it shares: steal time
 * and PV EOI (Linux, Documentation/virt/kvm/x86/msr.rst).
 */
#include "kvm.h"
#include "pvclock.h"

#define NSEC_PER_SEC	1000000000ULL

static struct kvm_steal_time *steal_time(struct vcpu *v)
{
	return kvm_shared(*kvm_msr(v, MSR_KVM_STEAL_TIME), sizeof(struct kvm_steal_time));
}

/* The vCPU does not run: whoever waits for it may do something else. */
void kvm_sched_out(struct vcpu *v)
{
	struct kvm_steal_time *st = steal_time(v);

	kvm_vcpus[v->id].out_at = rdtsc();
	if (st)
		__atomic_store_n(&st->preempted, KVM_VCPU_PREEMPTED, __ATOMIC_RELEASE);
}

/**
 * kvm_sched_in - the vCPU runs again
 * @v: the vCPU
 * @ready: it could have run meanwhile, which makes it stolen time
 *
 * A flush of the TLB that others left to be done now (KVM_VCPU_FLUSH_TLB) is
 * done by every VMRUN: guest.c.
 */
void kvm_sched_in(struct vcpu *v, bool ready)
{
	struct kvm_steal_time *st = steal_time(v);
	struct kvm_vcpu *kvm = &kvm_vcpus[v->id];

	if (!st)
		return;
	__atomic_exchange_n(&st->preempted, 0, __ATOMIC_ACQ_REL);
	if (!ready)
		return;
	kvm->steal += (rdtsc() - kvm->out_at) * NSEC_PER_SEC / tsc_hz;
	__atomic_add_fetch(&st->version, 1, __ATOMIC_RELEASE);
	__atomic_store_n(&st->steal, kvm->steal, __ATOMIC_RELEASE);
	__atomic_add_fetch(&st->version, 1, __ATOMIC_RELEASE);
}

/* Tells the guest that the interrupt it has next needs no EOI; false if it does not look. */
bool kvm_take_eoi(struct vcpu *v)
{
	u8 *eoi = kvm_shared(*kvm_msr(v, MSR_KVM_PV_EOI_EN), sizeof(u32));

	if (eoi)
		__atomic_or_fetch(eoi, KVM_PV_EOI_BIT, __ATOMIC_RELEASE);
	return eoi;
}
