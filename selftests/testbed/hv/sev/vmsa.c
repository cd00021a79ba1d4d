// SPDX-License-Identifier: GPL-2.0
#include "ap.h"
#include "lapic.h"
#include "sev.h"
#include "svsm.h"
#include "vmsa.h"

/* sw_exit_info_1 bits 15:0; 0, creation at an INIT, is not offered. */
#define AP_CREATE	1
#define AP_DESTROY	2
/* And bits 19:16. */
#define VMPL_OF(info1)	((info1) >> 16 & 0xf)

/* Of the save area; the GPRs follow at 0x300, RCX at 0x308: APM vol. 2, table B-4. */
#define SAVE_END	(offsetof(struct svm_save, g_pat) + 8)
#define GPRS		0x300

static bool is_vmsa(u64 gpa)
{
	return !(gpa & ~PAGE_MASK) && guest_ptr(gpa, PAGE_SIZE) &&
	       page_state_get(gpa) == PAGE_CONTEXT;
}

/* Does that one run by this VMSA? */
bool vmsa_in_use(const struct vcpu *v, u64 gpa)
{
	return to_sev(v)->vmsa_gpa == gpa && !v->held;
}

/* The NAE event. */
void vmsa_ap_creation(struct vcpu *v, struct nae *n)
{
	struct vcpu *t = vcpu_by_apic_id(n->info1 >> 32);
	u32 type = n->info1 & 0xffff;

	(void)v;
	if (t && type == AP_DESTROY) {
		lapic_kick(t, VMSA_REQ_DESTROY);
	} else if (t && type == AP_CREATE && is_vmsa(n->info2) &&
		   VMPL_OF(n->info1) == guest_vmpl) {
		to_sev(t)->vmsa_gpa = n->info2;
		lapic_kick(t, VMSA_REQ_CREATE);
	} else {
		nae_fail(n, GHCB_ERR_INVALID_INPUT);
	}
}

/* The save area of a VMSA has the VMCB's layout. */
void vmsa_load(struct vcpu *v)
{
	const u8 *vmsa = guest_ptr(to_sev(v)->vmsa_gpa, PAGE_SIZE);
	const u64 *gprs = (const u64 *)(vmsa + GPRS);
	struct svm_save *s = &v->vmcb.save;
	u32 i;

	vcpu_set_real_mode(v, 0, 0);
	memcpy(s, vmsa, SAVE_END);
	s->efer |= X86_EFER_SVME;
	for (i = RCX; i < NR_GPRS; i++)
		v->regs[i] = gprs[i];
	v->regs[RAX] = s->rax;
	v->regs[RSP] = s->rsp;
	svm_vmload(&v->vmcb);
	if (guest_vmpl)
		svsm_set_ca(v, svsm_ca_of(to_sev(v)->vmsa_gpa));
	ap_hold(v, HOLD_NONE);
}
