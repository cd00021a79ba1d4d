/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KVM's paravirtual interface: Linux, Documentation/virt/kvm/x86/cpuid.rst,
 * msr.rst and hypercalls.rst; numbers are those of uapi kvm_para.h.
 */
#ifndef HV_KVM_PARA_H
#define HV_KVM_PARA_H

#include "types.h"

#define KVM_CPUID_SIGNATURE		0x40000000
#define KVM_CPUID_FEATURES		0x40000001
/* "KVMKVMKVM\0\0\0" */
#define KVM_SIGNATURE_EBX		0x4b4d564b
#define KVM_SIGNATURE_ECX		0x564b4d56
#define KVM_SIGNATURE_EDX		0x0000004d

#define KVM_FEATURE_NOP_IO_DELAY	BIT(1)
#define KVM_FEATURE_CLOCKSOURCE2	BIT(3)
#define KVM_FEATURE_ASYNC_PF		BIT(4)
#define KVM_FEATURE_STEAL_TIME		BIT(5)
#define KVM_FEATURE_PV_EOI		BIT(6)
#define KVM_FEATURE_PV_UNHALT		BIT(7)
#define KVM_FEATURE_PV_TLB_FLUSH	BIT(9)
#define KVM_FEATURE_PV_SEND_IPI		BIT(11)
#define KVM_FEATURE_POLL_CONTROL	BIT(12)
#define KVM_FEATURE_PV_SCHED_YIELD	BIT(13)
#define KVM_FEATURE_ASYNC_PF_INT	BIT(14)
#define KVM_FEATURE_HC_MAP_GPA_RANGE	BIT(16)
#define KVM_FEATURE_MIGRATION_CONTROL	BIT(17)
#define KVM_FEATURE_CLOCK_STABLE	BIT(24)
#define KVM_HINTS_REALTIME		BIT(0)

#define MSR_KVM_FIRST			0x4b564d00
#define MSR_KVM_ASYNC_PF_EN		0x4b564d02
#define MSR_KVM_STEAL_TIME		0x4b564d03
#define MSR_KVM_PV_EOI_EN		0x4b564d04
#define MSR_KVM_POLL_CONTROL		0x4b564d05
#define MSR_KVM_ASYNC_PF_INT		0x4b564d06
#define MSR_KVM_ASYNC_PF_ACK		0x4b564d07
#define MSR_KVM_MIGRATION_CONTROL	0x4b564d08
#define MSR_KVM_LAST			MSR_KVM_MIGRATION_CONTROL
#define KVM_MSR_ENABLED			BIT(0)

#define KVM_HC_VAPIC_POLL_IRQ		1
#define KVM_HC_KICK_CPU			5
#define KVM_HC_CLOCK_PAIRING		9
#define KVM_HC_SEND_IPI			10
#define KVM_HC_SCHED_YIELD		11
#define KVM_HC_MAP_GPA_RANGE		12

#define KVM_EPERM			1
#define KVM_EINVAL			22
#define KVM_EOPNOTSUPP			95
/* The answer to a hypercall that KVM does not know. */
#define KVM_ENOSYS			1000

/* In the guest's memory, where MSR_KVM_STEAL_TIME says. */
struct kvm_steal_time {
	u64 steal;		/* ns */
	u32 version;		/* odd while it changes */
	u32 flags;
	u8 preempted;
	u8 rsvd[47];
};

_Static_assert(sizeof(struct kvm_steal_time) == 64, "steal time layout");

#define KVM_VCPU_PREEMPTED		BIT(0)

/* The bit in the byte where MSR_KVM_PV_EOI_EN says. */
#define KVM_PV_EOI_BIT			BIT(0)

#endif
