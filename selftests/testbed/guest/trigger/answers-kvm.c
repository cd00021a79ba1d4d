// SPDX-License-Identifier: GPL-2.0
/* Answers of a hypervisor with KVM's face: linux/Documentation/virt/kvm/x86/. */
#include <linux/kvm_para.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/cpuid/api.h>
#include <asm/hypervisor.h>
#include <asm/msr.h>

#include "answers.h"
#include "trigger.h"

#define MSR_KVM_NONE		0x4b564d09	/* KVM has none there */
#define SHORTHAND_SELF		BIT(18)
/* Linux answers all #GP and TDVMCALL errors so. */
#define REFUSED			-EIO

static u32 features;

static bool has(u32 feature)
{
	return features & BIT(feature);
}

static void hypercalls(struct seq_file *out)
{
	u32 self = cpu_physical_id(smp_processor_id());

	answer(out, "KVM: unknown hypercall", kvm_hypercall0(99), -KVM_ENOSYS);
	answer(out, "KVM: no clock to pair with", kvm_hypercall2(KVM_HC_CLOCK_PAIRING, 0, 0),
	       -KVM_EOPNOTSUPP);
	answer(out, "KVM: kick of no CPU", kvm_hypercall2(KVM_HC_KICK_CPU, 0, 99), 0);
	answer(out, "KVM: yield to no CPU", kvm_hypercall1(KVM_HC_SCHED_YIELD, 99), 0);
	answer(out, "KVM: IPI to no CPU",
	       kvm_hypercall4(KVM_HC_SEND_IPI, ~1UL, ~0UL, self, RESCHEDULE_VECTOR),
	       num_online_cpus() - self - 1);
	answer(out, "KVM: IPI by a shorthand",
	       kvm_hypercall4(KVM_HC_SEND_IPI, 1, 0, self, SHORTHAND_SELF | RESCHEDULE_VECTOR),
	       -KVM_EINVAL);
	answer(out, "KVM: IPI to this CPU",
	       kvm_hypercall4(KVM_HC_SEND_IPI, 1, 0, self, RESCHEDULE_VECTOR), 1);
}

static void map_gpa_range(struct seq_file *out)
{
	bool there = has(KVM_FEATURE_HC_MAP_GPA_RANGE);

	answer(out, "KVM: pages from the middle of one",
	       kvm_hypercall3(KVM_HC_MAP_GPA_RANGE, 1, 1, 0), there ? -KVM_EINVAL : -KVM_ENOSYS);
	answer(out, "KVM: no pages", kvm_hypercall3(KVM_HC_MAP_GPA_RANGE, 0, 0, 0),
	       there ? -KVM_EINVAL : -KVM_ENOSYS);
	answer(out, "KVM: a page",
	       kvm_hypercall3(KVM_HC_MAP_GPA_RANGE, 0, 1, KVM_MAP_GPA_RANGE_ENCRYPTED),
	       there ? 0 : -KVM_ENOSYS);
}

/* What is written there is read, if it has such a feature; reserved bits are refused. */
static void msr(struct seq_file *out, const char *name, u32 index, u32 feature, u64 reserved)
{
	u64 val = 0, again = 0;
	int want = has(feature) ? 0 : REFUSED;

	answer(out, name, rdmsrq_safe(index, &val), want);
	answer(out, name, wrmsrq_safe(index, val), want);
	answer(out, name, rdmsrq_safe(index, &again), want);
	answer(out, name, again, val);
	answer(out, name, wrmsrq_safe(index, val | reserved), REFUSED);
}

static void msrs(struct seq_file *out)
{
	u64 val;

	msr(out, "KVM: asynchronous page faults", MSR_KVM_ASYNC_PF_EN, KVM_FEATURE_ASYNC_PF,
	    BIT(4));
	msr(out, "KVM: their vector", MSR_KVM_ASYNC_PF_INT, KVM_FEATURE_ASYNC_PF_INT, BIT(8));
	msr(out, "KVM: steal time", MSR_KVM_STEAL_TIME, KVM_FEATURE_STEAL_TIME, BIT(1));
	msr(out, "KVM: PV EOI", MSR_KVM_PV_EOI_EN, KVM_FEATURE_PV_EOI, BIT(1));
	msr(out, "KVM: poll control", MSR_KVM_POLL_CONTROL, KVM_FEATURE_POLL_CONTROL, BIT(1));
	msr(out, "KVM: migration control", MSR_KVM_MIGRATION_CONTROL,
	    KVM_FEATURE_MIGRATION_CONTROL, BIT(1));
	answer(out, "KVM: unknown MSR", rdmsrq_safe(MSR_KVM_NONE, &val), REFUSED);
}

void answers_kvm(struct seq_file *out)
{
	if (!hypervisor_is_type(X86_HYPER_KVM))
		return;
	features = cpuid_eax(KVM_CPUID_FEATURES);
	if (!has(KVM_FEATURE_PV_SEND_IPI))
		return;
	hypercalls(out);
	map_gpa_range(out);
	msrs(out);
}
