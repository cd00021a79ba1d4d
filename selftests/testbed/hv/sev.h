/* SPDX-License-Identifier: GPL-2.0 */
/* What SEV-ES and SEV-SNP share, and what each adds. */
#ifndef HV_SEV_H
#define HV_SEV_H

#include "ghcb.h"
#include "platform.h"

/* One non-automatic exit; inputs are copied before anything is done with them. */
struct nae {
	struct ghcb *ghcb;
	u64 code, info1, info2;
	u64 rax, rbx, rcx, rdx;
	void *scratch;		/* shared buffer, scratch_len bytes, or NULL */
	size_t scratch_len;
	u32 result;		/* GHCB_RESULT_* */
	u64 result_info;	/* the answer's sw_exit_info_2 */
};

static inline bool ghcb_valid(const struct ghcb *g, u32 bit)
{
	return g->valid_bitmap[bit / 64] >> (bit & 63) & 1;
}

bool sev_is_snp(void);
u64 sev_hv_features(void);
void sev_nae(struct vcpu *v);
void sev_held(struct vcpu *v);
void nae_fail(struct nae *n, u64 reason);

/* sev_msr.c */
void sev_msr_protocol(struct vcpu *v);

/* sev_fault.c */
bool sev_may_refuse(const struct vcpu *v, u64 code);
void sev_lie(struct vcpu *v, const struct nae *n);

/* snp.c */
bool snp_opcode(struct vcpu *v, const u8 *insn);
bool snp_page_state_change(u64 gpa, u64 size, u32 op);
void snp_nae_psc(struct vcpu *v, struct nae *n);
void snp_nae_guest_request(struct vcpu *v, struct nae *n);
void snp_nae_ap_creation(struct vcpu *v, struct nae *n);
void snp_load_vmsa(struct vcpu *v);
void snp_boot(struct boot_params *bp);

#define SEV_INFO_C_BIT		(GUEST_PHYS_BITS - 1)

#endif
