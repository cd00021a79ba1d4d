/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hyper-V's interface: Hypervisor Top Level Functional Specification (TLFS),
 * and of isolation, which that does not have, Linux, include/hyperv/hvgdk.h and
 * Documentation/virt/hyperv/coco.rst.
 */
#ifndef HV_HYPERV_H
#define HV_HYPERV_H

#include "x86.h"

struct vcpu;

/* TLFS, "Feature and interface discovery". */
#define LEAF_VENDOR		0x40000000
#define LEAF_INTERFACE		0x40000001
#define LEAF_VERSION		0x40000002
#define LEAF_FEATURES		0x40000003
#define LEAF_HINTS		0x40000004
#define LEAF_LIMITS		0x40000005
#define LEAF_ISOLATION		0x4000000c

/* LEAF_FEATURES: EAX, EBX, EDX. */
#define ACCESS_TIME_REF_COUNT	BIT(1)
#define ACCESS_APIC		BIT(4)
#define ACCESS_HYPERCALL	BIT(5)
#define ACCESS_VP_INDEX		BIT(6)
#define ACCESS_REFERENCE_TSC	BIT(9)
#define ACCESS_FREQUENCY	BIT(11)
#define ACCESS_TSC_INVARIANT	BIT(15)
#define PRIVILEGE_ISOLATION	BIT(22)
#define FEATURE_FREQUENCY	BIT(8)

/* LEAF_HINTS: EAX, EBX. */
#define HINT_REMOTE_TLB_FLUSH	BIT(2)
#define HINT_APIC_MSRS		BIT(3)
#define HINT_NO_AUTO_EOI	BIT(9)
#define HINT_CLUSTER_IPI	BIT(10)
#define NEVER_SPIN_WAIT		(~0U)

/* LEAF_ISOLATION: EAX, EBX. */
#define PARAVISOR_PRESENT	BIT(0)
#define BOUNDARY_ACTIVE		BIT(5)
#define BOUNDARY_BITS(bits)	((bits) << 6)

/* TLFS, "Synthetic MSRs". */
#define MSR_GUEST_OS_ID		0x40000000
#define MSR_HYPERCALL		0x40000001
#define MSR_VP_INDEX		0x40000002
#define MSR_TIME_REF_COUNT	0x40000020
#define MSR_REFERENCE_TSC	0x40000021
#define MSR_TSC_FREQUENCY	0x40000022
#define MSR_APIC_FREQUENCY	0x40000023
#define MSR_EOI			0x40000070
#define MSR_ICR			0x40000071
#define MSR_TPR			0x40000072
#define MSR_VP_ASSIST_PAGE	0x40000073
#define MSR_TSC_INVARIANT	0x40000118
#define PAGE_ENABLE		BIT(0)

/* The unit of Hyper-V's time: 100 ns. */
#define REF_HZ			10000000ULL

/* TLFS, "Hypercall input value" and "Hypercall result value". */
#define CALL_CODE(control)	((control) & 0xffff)
#define CALL_FAST		BIT(16)
#define CALL_REPS(control)	((u32)((control) >> 32) & 0xfff)
#define CALL_START(control)	((u32)((control) >> 48) & 0xfff)
#define CALL_RESULT(status, reps)	((u64)(status) | (u64)(reps) << 32)

#define STATUS_SUCCESS		0
#define STATUS_INVALID_CODE	2
#define STATUS_INVALID_INPUT	3
#define STATUS_INVALID_ALIGNMENT 4
#define STATUS_INVALID_PARAMETER 5

bool hyperv_msr(struct vcpu *v, u32 msr, bool write, u64 *val);
u64 hyperv_hypercall(struct vcpu *v, const u64 *regs, u32 cpl);

#endif
