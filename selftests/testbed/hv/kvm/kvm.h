/* SPDX-License-Identifier: GPL-2.0 */
/* What this face keeps of a vCPU. */
#ifndef HV_KVM_KVM_H
#define HV_KVM_KVM_H

#include "kvm_para.h"
#include "vcpu.h"

/* Belongs to the vCPU itself. */
struct kvm_vcpu {
	u64 msrs[MSR_KVM_LAST - MSR_KVM_FIRST + 1];	/* as last written */
	u64 steal;		/* ns */
	u64 out_at;		/* TSC when it last gave its CPU away */
};

extern struct kvm_vcpu kvm_vcpus[MAX_VCPUS];

static inline u64 *kvm_msr(const struct vcpu *v, u32 msr)
{
	return &kvm_vcpus[v->id].msrs[msr - MSR_KVM_FIRST];
}

u64 kvm_features(void);
void *kvm_shared(u64 msr, size_t size);

bool kvm_msr_access(struct vcpu *v, u32 msr, bool write, u64 *val);
void kvm_msr_reset(struct vcpu *v);

u64 kvm_hypercall(struct vcpu *v, const u64 *regs, u32 cpl);
u64 kvm_tdvmcall(struct vcpu *v);

void kvm_sched_out(struct vcpu *v);
void kvm_sched_in(struct vcpu *v, bool ready);
bool kvm_take_eoi(struct vcpu *v);

#endif
