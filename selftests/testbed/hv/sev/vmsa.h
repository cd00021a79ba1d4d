/* SPDX-License-Identifier: GPL-2.0 */
/* vCPUs made of a VMSA: GHCB 4.1, "SNP AP Creation". */
#ifndef HV_SEV_VMSA_H
#define HV_SEV_VMSA_H

#include "nae.h"
#include "vcpu.h"

#define VMSA_REQ_CREATE		VCPU_REQ_PLATFORM		/* struct sev_vcpu, vmsa_gpa */
#define VMSA_REQ_DESTROY	(VCPU_REQ_PLATFORM << 1)

/* Beyond what a VMCB has: APM vol. 2, table B-4. */
#define VMSA_VMPL		0x0ca
#define VMSA_SEV_FEATURES	0x3b0

bool vmsa_in_use(const struct vcpu *v, u64 gpa);
void vmsa_ap_creation(struct vcpu *v, struct nae *n);
void vmsa_load(struct vcpu *v);

#endif
