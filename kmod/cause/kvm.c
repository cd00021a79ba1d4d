// SPDX-License-Identifier: GPL-2.0
/*
 * KVM's hypercalls, without an effect: linux/Documentation/virt/kvm/x86/
 * hypercalls.rst. In an SEV guest they are VMMCALL, in a TD a vendor's TDVMCALL.
 */
#include <linux/gfp.h>
#include <linux/kvm_para.h>
#include <linux/mm.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/apic.h>
#include <asm/cpuid/api.h>
#include <asm/hypervisor.h>

#include "cause.h"

/* Where KVM's leaves are the first. */
static bool has_feature(u32 feature)
{
	u32 eax, sig[3];

	if (!hypervisor_is_type(X86_HYPER_KVM))
		return false;
	cpuid(KVM_CPUID_SIGNATURE, &eax, &sig[0], &sig[1], &sig[2]);
	return !memcmp(sig, KVM_SIGNATURE, sizeof(sig)) &&
	       cpuid_eax(KVM_CPUID_FEATURES) & BIT(feature);
}

static const char *unless(u32 feature)
{
	return has_feature(feature) ? NULL : "the hypervisor has no such hypercall of KVM's";
}

static const char *kick_why_not(void)
{
	return unless(KVM_FEATURE_PV_UNHALT);
}

static const char *ipi_why_not(void)
{
	return unless(KVM_FEATURE_PV_SEND_IPI);
}

static const char *yield_why_not(void)
{
	return unless(KVM_FEATURE_PV_SCHED_YIELD);
}

static const char *map_why_not(void)
{
	return unless(KVM_FEATURE_HC_MAP_GPA_RANGE);
}

static void own_apic_id(struct cause_env *env)
{
	env->value = cpu_physical_id(smp_processor_id());
}

/* This CPU runs: there is nothing to wake. */
static void kick_once(struct cause_env *env)
{
	env->error = kvm_hypercall2(KVM_HC_KICK_CPU, 0, env->value);
}

/* To no CPU: none is in the bitmap. */
static void ipi_once(struct cause_env *env)
{
	env->error = kvm_hypercall4(KVM_HC_SEND_IPI, 0, 0, 0, APIC_DM_FIXED | RESCHEDULE_VECTOR);
}

/* In favour of itself. */
static void yield_once(struct cause_env *env)
{
	env->error = kvm_hypercall1(KVM_HC_SCHED_YIELD, env->value);
}

static int take_page(struct cause_env *env)
{
	env->value = __get_free_page(GFP_KERNEL);
	return env->value ? 0 : -ENOMEM;
}

static void give_page_back(struct cause_env *env)
{
	free_page(env->value);
}

/* What the page is already. */
static void map_once(struct cause_env *env)
{
	env->error = kvm_hypercall3(KVM_HC_MAP_GPA_RANGE, __pa(env->value), 1,
				    KVM_MAP_GPA_RANGE_ENCRYPTED | KVM_MAP_GPA_RANGE_PAGE_SZ_4K);
}

#define HYPERCALL { \
	CAUSES_VC_EXIT(CVMSTAT_SVM_VMMCALL, CVMSTAT_SVM_VMMCALL), \
	CAUSES(CVM_ON_TDX, CVMSTAT_CLASS_TDVMCALL, CVMSTAT_TDVMCALL_VENDOR), \
}

const struct cause causes_kvm[] = {
	{
		.name = "kvm-kick",
		.what = "KVM_HC_KICK_CPU of this CPU",
		.expect = HYPERCALL,
		.why_not = kick_why_not,
		.begin = own_apic_id,
		.once = kick_once,
	}, {
		.name = "kvm-send-ipi",
		.what = "KVM_HC_SEND_IPI to no CPU",
		.expect = HYPERCALL,
		.why_not = ipi_why_not,
		.once = ipi_once,
	}, {
		.name = "kvm-yield",
		.what = "KVM_HC_SCHED_YIELD to this CPU",
		.expect = HYPERCALL,
		.why_not = yield_why_not,
		.begin = own_apic_id,
		.once = yield_once,
	}, {
		.name = "kvm-map-gpa-range",
		.what = "KVM_HC_MAP_GPA_RANGE of a page, to what it is already",
		.expect = HYPERCALL,
		.why_not = map_why_not,
		.setup = take_page,
		.once = map_once,
		.teardown = give_page_back,
	},
	{}
};
