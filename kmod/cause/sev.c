// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of the GHCB MSR protocol by hand (GHCB specification, 2.3.1). The MSR,
 * which also says where the GHCB is, is put back after each; an NMI in between
 * would write it, and this CPU would make the NMI's request again.
 */
#include <linux/mm.h>

#include "cause.h"
#include "ghcb.h"
#include "svsm.h"

static void sev_info_once(struct cause_env *env)
{
	ghcb_msr_request(CVMSTAT_GHCB_MSR_SEV_INFO);
}

/* EAX of a leaf. */
static void cpuid_once(struct cause_env *env)
{
	if (GHCB_CODE(ghcb_msr_request(GHCB_CPUID_OF(env->arg, 0))) != GHCB_CPUID_ANSWER)
		env->error = -EIO;
}

static void preferred_gpa_once(struct cause_env *env)
{
	ghcb_msr_request(CVMSTAT_GHCB_MSR_PREFERRED_GPA);
}

/* The GHCB that is registered, once more. */
static void register_gpa_once(struct cause_env *env)
{
	ghcb_msr_request(__rdmsr(MSR_GHCB) | CVMSTAT_GHCB_MSR_REGISTER_GPA);
}

static void hv_features_once(struct cause_env *env)
{
	ghcb_msr_request(CVMSTAT_GHCB_MSR_HV_FEATURES);
}

static void run_vmpl_once(struct cause_env *env)
{
	ghcb_msr_request(CVMSTAT_GHCB_MSR_VMPL);
}

static void validate(unsigned long va)
{
	bool same;

	if (svsm_vmpl())
		svsm_validate_page(va);
	else
		pvalidate_page(va, false, true, &same);
}

/* To shared and back; on SEV-ES both are refused. */
static void psc_once(struct cause_env *env)
{
	ghcb_msr_request(GHCB_PSC_OF(__pa(env->value), GHCB_SHARED));
	ghcb_msr_request(GHCB_PSC_OF(__pa(env->value), GHCB_PRIVATE));
	if (cause_on(CVM_ON_SNP))
		validate(env->value);
}

#define MSR_REQUEST(_name, _once) \
	{ .name = "ghcb-msr-" _name, .platforms = CVM_ON_SEV, .once = _once }

const struct cause causes_sev[] = {
	{
		.name = "ghcb-msr-cpuid",
		.what = "VMGEXIT by the GHCB MSR protocol, for a register of CPUID leaf 0",
		.platforms = CVM_ON_SEV,
		.flags = CVMSTAT_BENCH_UNSEEN,
		.expect = {
			CAUSES(CVM_ON_SEV, CVMSTAT_CLASS_GHCB_MSR, CVMSTAT_GHCB_MSR_CPUID),
		},
		.once = cpuid_once,
	},
	MSR_REQUEST("sev-info", sev_info_once),
	MSR_REQUEST("preferred-gpa", preferred_gpa_once),
	MSR_REQUEST("register-gpa", register_gpa_once),
	MSR_REQUEST("hv-features", hv_features_once),
	MSR_REQUEST("run-vmpl", run_vmpl_once),
	{
		.name = "ghcb-msr-psc",
		.platforms = CVM_ON_SEV,
		.setup = cause_take_page,
		.once = psc_once,
		.teardown = cause_give_page_back,
	},
	{}
};
