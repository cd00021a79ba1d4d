// SPDX-License-Identifier: GPL-2.0
/* KVM's hypercalls: Linux, Documentation/virt/kvm/x86/hypercalls.rst. */
#include "guest.h"
#include "kvm.h"
#include "lapic.h"
#include "wait.h"

#define ICR_VECTOR_AND_MODE	0x7ffULL
#define ICR_SHORTHAND_OR_LOGICAL 0xc0800ULL
#define BITMAP_BITS		128

/* KVM looks for interrupts at each entry anyway. */
static u64 vapic_poll_irq(struct vcpu *v, const u64 *a)
{
	(void)v;
	(void)a;
	return 0;
}

/* A vCPU that waits for a lock in a halt: flags, APIC ID. */
static u64 kick_cpu(struct vcpu *v, const u64 *a)
{
	struct vcpu *t = vcpu_by_apic_id(a[1]);

	if (t && t != v)
		lapic_kick(t, VCPU_REQ_WAKE);
	return 0;
}

/* Needs a clock of the host's that the guest could be paired with. */
static u64 clock_pairing(struct vcpu *v, const u64 *a)
{
	(void)v;
	(void)a;
	return (u64)-KVM_EOPNOTSUPP;
}

/* Two words of a bitmap of APIC IDs, the ID of its first bit, ICR: how many it reached. */
static u64 send_ipi(struct vcpu *v, const u64 *a)
{
	u64 first = (u32)a[2], count = 0, bit, id;
	u32 i;

	(void)v;
	if (a[3] & ICR_SHORTHAND_OR_LOGICAL)
		return (u64)-KVM_EINVAL;
	for (i = 0; i < nr_vcpus; i++) {
		id = vcpus[i].apic_id;
		bit = id - first;
		if (id < first || bit >= BITMAP_BITS || !(a[bit / 64] & BIT(bit % 64)))
			continue;
		lapic_ipi(&vcpus[i], a[3] & ICR_VECTOR_AND_MODE);
		count++;
	}
	return count;
}

/* In favour of a vCPU that is not running: its APIC ID. */
static u64 sched_yield(struct vcpu *v, const u64 *a)
{
	if (vcpu_by_apic_id(a[0]) != v)
		vcpu_yield(v);
	return 0;
}

/* GPA, number of pages, whether they are encrypted now. Nobody migrates this guest. */
static u64 map_gpa_range(struct vcpu *v, const u64 *a)
{
	u64 gpa = a[0], pages = a[1];

	(void)v;
	if (gpa & ~PAGE_MASK || (gpa >> PAGE_SHIFT) + pages <= gpa >> PAGE_SHIFT)
		return (u64)-KVM_EINVAL;
	return 0;
}

static const struct {
	u64 number;
	u64 feature;		/* 0: always there */
	u64 (*handle)(struct vcpu *v, const u64 *a);
} calls[] = {
	{ KVM_HC_VAPIC_POLL_IRQ, 0, vapic_poll_irq },
	{ KVM_HC_KICK_CPU, KVM_FEATURE_PV_UNHALT, kick_cpu },
	{ KVM_HC_CLOCK_PAIRING, 0, clock_pairing },
	{ KVM_HC_SEND_IPI, KVM_FEATURE_PV_SEND_IPI, send_ipi },
	{ KVM_HC_SCHED_YIELD, KVM_FEATURE_PV_SCHED_YIELD, sched_yield },
	{ KVM_HC_MAP_GPA_RANGE, KVM_FEATURE_HC_MAP_GPA_RANGE, map_gpa_range },
};

static u64 serve(struct vcpu *v, u64 number, const u64 *a)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].number == number &&
		    (!calls[i].feature || kvm_features() & calls[i].feature))
			return calls[i].handle(v, a);
	return (u64)-KVM_ENOSYS;
}

/* The number is in RAX. */
u64 kvm_hypercall(struct vcpu *v, const u64 *regs, u32 cpl)
{
	const u64 a[] = { regs[RBX], regs[RCX], regs[RDX], regs[RSI] };

	return cpl ? (u64)-KVM_EPERM : serve(v, regs[RAX], a);
}

/* The number is in R10; a TD's module lets the kernel alone execute TDCALL. */
u64 kvm_tdvmcall(struct vcpu *v)
{
	const u64 a[] = { v->regs[R11], v->regs[R12], v->regs[R13], v->regs[R14] };

	return serve(v, v->regs[R10], a);
}
