// SPDX-License-Identifier: GPL-2.0
/*
 * A request of the GHCB MSR protocol (GHCB specification, 2.3.1). The MSR,
 * which also says where the GHCB is, is put back after each; an NMI in between
 * would write it, and this CPU would make the NMI's request again.
 */
#include <asm/msr.h>

#include "bench.h"

#define MSR_GHCB	0xc0010130

/* Bits 63:32 leaf, 31:30 register (0: EAX), 11:0 request; the answer's code. */
#define CPUID_EAX_OF(leaf)	((u64)(leaf) << 32 | CVMSTAT_GHCB_MSR_CPUID)
#define CODE(val)		((val) & 0xfff)
#define CPUID_ANSWER		0x005

static const char *sev_why_not(void)
{
	return bench_on(CVM_ON_SEV) ? NULL : "not an SEV-ES or SEV-SNP guest";
}

static void msr_cpuid_once(struct bench_env *env)
{
	u64 ghcb = __rdmsr(MSR_GHCB), request = CPUID_EAX_OF(0);

	__wrmsrq(MSR_GHCB, request);
	asm volatile("rep; vmmcall" : : : "memory");
	if (CODE(__rdmsr(MSR_GHCB)) != CPUID_ANSWER)
		env->error = -EIO;
	__wrmsrq(MSR_GHCB, ghcb);
}

const struct bench_trigger bench_sev_triggers[] = {
	{
		.name = "ghcb-msr-cpuid",
		.what = "VMGEXIT by the GHCB MSR protocol, for a register of CPUID leaf 0",
		.flags = CVMSTAT_BENCH_UNSEEN,
		.expect = {
			BENCH_CAUSES(CVM_ON_SEV, CVMSTAT_CLASS_GHCB_MSR, CVMSTAT_GHCB_MSR_CPUID),
		},
		.why_not = sev_why_not,
		.once = msr_cpuid_once,
	},
	{}
};
