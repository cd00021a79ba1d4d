/* SPDX-License-Identifier: GPL-2.0 */
/* What SEV-ES and SEV-SNP have to know of a vCPU. */
#ifndef HV_SEV_H
#define HV_SEV_H

#include "guest.h"
#include "platform.h"

#define MSR_GHCB		0xc0010130
#define MSR_SEV_STATUS		0xc0010131

#define SEV_STATUS_SEV		BIT(0)
#define SEV_STATUS_ES		BIT(1)
#define SEV_STATUS_SNP		BIT(2)
/* From here on it has the bits of a VMSA's SEV_FEATURES: APM vol. 2, 15.34.10. */
#define SEV_STATUS_FEATURES	2

#define SEV_C_BIT		(GUEST_PHYS_BITS - 1)

/* What a vCPU that is held waits for. */
enum sev_hold {
	HOLD_NONE,
	HOLD_FIRMWARE,		/* never started: in the firmware's hands */
	HOLD_AP_HLT_LOOP,	/* inside the AP reset hold NAE event */
	HOLD_AP_RESET_MSR,	/* inside the AP reset hold MSR request */
	HOLD_DESTROYED,		/* its VMSA was taken away */
};

/* All but vmsa_gpa, which goes with a request, belongs to the vCPU itself. */
struct sev_vcpu {
	enum sev_hold hold;
	bool sipi_early;	/* came before the vCPU was on hold */
	u8 last_cpl;		/* CPL of the last #VC, for faults that spare the kernel */
	u64 ghcb_msr;
	u64 ghcb_gpa;		/* registered GHCB, SNP */
	u64 vmsa_gpa;
};

extern struct sev_vcpu sev_vcpus[MAX_VCPUS];

static inline struct sev_vcpu *to_sev(const struct vcpu *v)
{
	return &sev_vcpus[v->id];
}

u64 sev_status(void);
u64 sev_hv_features(void);

#endif
