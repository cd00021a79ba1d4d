// SPDX-License-Identifier: GPL-2.0
#include "ghcb.h"
#include "sev.h"

struct sev_vcpu sev_vcpus[MAX_VCPUS];

/* "Hypervisor Feature Support", in both protocols. */
u64 sev_hv_features(void)
{
	return platform->snp ? GHCB_HV_FT_SNP | GHCB_HV_FT_AP_CREATION : 0;
}
