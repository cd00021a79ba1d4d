// SPDX-License-Identifier: GPL-2.0
#include "ghcb.h"
#include "sev.h"

struct sev_vcpu sev_vcpus[MAX_VCPUS];

/* MSR 0xc0010131: APM vol. 2, 15.34.10. */
u64 sev_status(void)
{
	return SEV_STATUS_SEV | SEV_STATUS_ES | (platform->snp ? SEV_STATUS_SNP : 0);
}

/* "Hypervisor Feature Support", in both protocols. */
u64 sev_hv_features(void)
{
	u64 snp = GHCB_HV_FT_SNP | GHCB_HV_FT_AP_CREATION;

	if (guest_vmpl)
		snp |= GHCB_HV_FT_MULTI_VMPL;
	return platform->snp ? snp : 0;
}
