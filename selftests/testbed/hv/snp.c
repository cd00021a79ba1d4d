// SPDX-License-Identifier: GPL-2.0
/*
 * SEV-SNP: the two instructions on page states (APM vol. 3), page state change,
 * vCPUs made of a VMSA, and the pages that the firmware gives a guest.
 */
#include "boot.h"
#include "guest.h"
#include "sev.h"

#define INSN_LEN		4
#define PVALIDATE_OK		0
#define PVALIDATE_FAIL_INPUT	1
#define RMP_FAIL_INPUT		1
#define RMP_VMSA		BIT(16)
#define RMP_HUGE		1
#define SETUP_CC_BLOB		7
#define SECRETS_VERSION		3
#define VMSA_SAVE_END		(offsetof(struct svm_save, g_pat) + 8)
#define VMSA_GPRS		0x300	/* RCX at 0x308: APM vol. 2, table B-4 */

struct cc_setup_data {
	struct setup_data header;
	u32 cc_blob_address;
};

/* The page that an instruction names: 4 KiB or 2 MiB, private alias. */
static bool operand(struct vcpu *v, u64 *gpa, u64 *size)
{
	struct walk w;

	*size = v->regs[RCX] & RMP_HUGE ? HUGE_SIZE : PAGE_SIZE;
	if (!guest_walk(v, v->regs[RAX], &w) || w.gpa & (*size - 1) ||
	    !guest_ptr(w.gpa, *size))
		return false;
	if (!(w.gpa & GPA_TOP_BIT))
		vcpu_guest_bug(v, "PVALIDATE or RMPADJUST through a shared mapping", w.gpa);
	*gpa = w.gpa & GPA_MASK;
	return true;
}

static void pvalidate(struct vcpu *v)
{
	enum page_state want = v->regs[RDX] & 1 ? PAGE_PRIVATE : PAGE_PENDING;
	u64 gpa, size;

	v->vmcb.save.rflags &= ~X86_EFLAGS_CF;
	if (!operand(v, &gpa, &size)) {
		v->regs[RAX] = PVALIDATE_FAIL_INPUT;
		return;
	}
	v->regs[RAX] = PVALIDATE_OK;
	if (page_state_get(gpa) == PAGE_SHARED)
		vcpu_guest_bug(v, "PVALIDATE of a shared page", gpa);
	if (page_state_is(gpa, size, want))
		v->vmcb.save.rflags |= X86_EFLAGS_CF;
	else
		page_state_set(gpa, size, want);
}

static void rmpadjust(struct vcpu *v)
{
	u64 gpa, size;

	if (!operand(v, &gpa, &size) || page_state_get(gpa) < PAGE_PRIVATE) {
		v->regs[RAX] = RMP_FAIL_INPUT;
		return;
	}
	v->regs[RAX] = 0;
	page_state_set(gpa, size, v->regs[RDX] & RMP_VMSA ? PAGE_VMSA : PAGE_PRIVATE);
}

/* @insn: the four bytes at RIP of an instruction that TCG does not know. */
bool snp_opcode(struct vcpu *v, const u8 *insn)
{
	static const u8 pvalidate_insn[INSN_LEN] = { 0xf2, 0x0f, 0x01, 0xff };
	static const u8 rmpadjust_insn[INSN_LEN] = { 0xf3, 0x0f, 0x01, 0xfe };

	if (!memcmp(insn, pvalidate_insn, INSN_LEN))
		pvalidate(v);
	else if (!memcmp(insn, rmpadjust_insn, INSN_LEN))
		rmpadjust(v);
	else
		return false;
	vcpu_skip(v, INSN_LEN);
	return true;
}

/* Either protocol's page state change; false if it asks for nonsense. */
bool snp_page_state_change(u64 gpa, u64 size, u32 op)
{
	if (gpa & (size - 1) || !guest_ptr(gpa, size) || (op != PSC_PRIVATE && op != PSC_SHARED))
		return false;
	page_state_set(gpa, size, op == PSC_PRIVATE ? PAGE_PENDING : PAGE_SHARED);
	return true;
}

void snp_nae_psc(struct vcpu *v, struct nae *n)
{
	struct psc_request *req = n->scratch;
	u16 i, end;

	(void)v;
	if (!req || n->scratch_len < offsetof(struct psc_request, entries)) {
		nae_fail(n, GHCB_ERR_INVALID_SCRATCH);
		return;
	}
	end = req->end_entry;
	if (end >= PSC_ENTRIES_MAX ||
	    n->scratch_len < offsetof(struct psc_request, entries) + (end + 1) * sizeof(u64)) {
		n->result_info = PSC_ERR_BAD_HEADER;
		return;
	}
	for (i = req->cur_entry; i <= end; i++) {
		u64 e = req->entries[i];

		if (!snp_page_state_change(PSC_ENTRY_GPA(e),
					   PSC_ENTRY_HUGE(e) ? HUGE_SIZE : PAGE_SIZE,
					   PSC_ENTRY_OP(e))) {
			n->result_info = PSC_ERR_BAD_ENTRY;
			return;
		}
		req->cur_entry = i + 1;
	}
}

/* No firmware behind it: a VMM error, which the driver reports as such. */
void snp_nae_guest_request(struct vcpu *v, struct nae *n)
{
	(void)v;
	n->result_info = GUEST_REQUEST_VMM_ERROR;
}

static bool is_vmsa(u64 gpa)
{
	return !(gpa & ~PAGE_MASK) && guest_ptr(gpa, PAGE_SIZE) && page_state_get(gpa) == PAGE_VMSA;
}

void snp_nae_ap_creation(struct vcpu *v, struct nae *n)
{
	u32 apic_id = n->info1 >> 32, type = n->info1 & 0xffff, i;

	(void)v;
	for (i = 0; i < nr_vcpus; i++) {
		struct vcpu *t = &vcpus[i];

		if (t->apic_id != apic_id)
			continue;
		if (type == AP_DESTROY) {
			vcpu_kick(t, VCPU_REQ_DESTROY);
			return;
		}
		if (type != AP_CREATE || !is_vmsa(n->info2))
			break;
		t->vmsa_gpa = n->info2;
		vcpu_kick(t, VCPU_REQ_VMSA);
		return;
	}
	nae_fail(n, GHCB_ERR_INVALID_INPUT);
}

/* The save area of a VMSA has the VMCB's layout; its GPRs follow at 0x300. */
void snp_load_vmsa(struct vcpu *v)
{
	const u8 *vmsa = guest_ptr(v->vmsa_gpa, PAGE_SIZE);
	const u64 *gprs = (const u64 *)(vmsa + VMSA_GPRS);
	struct svm_save *s = &v->vmcb.save;
	u32 i;

	vcpu_set_real_mode(v, 0, 0);
	memcpy(s, vmsa, VMSA_SAVE_END);
	s->efer |= X86_EFER_SVME;
	for (i = RCX; i < NR_GPRS; i++)
		v->regs[i] = gprs[i];
	v->regs[RAX] = s->rax;
	v->regs[RSP] = s->rsp;
	v->ghcb_msr = 0;
	svm_vmload(&v->vmcb);
	v->hold = HOLD_NONE;
}

static void cpuid_page_add(struct snp_cpuid_page *p, u32 leaf, u32 subleaf)
{
	struct cpuid_regs r;
	u32 i = p->count;

	platform->cpuid(&vcpus[0], leaf, subleaf, &r);
	if (i == SNP_CPUID_MAX || !(r.eax | r.ebx | r.ecx | r.edx))
		return;
	p->fn[i].leaf = leaf;
	p->fn[i].subleaf = subleaf;
	p->fn[i].eax = r.eax;
	p->fn[i].ebx = r.ebx;
	p->fn[i].ecx = r.ecx;
	p->fn[i].edx = r.edx;
	p->count++;
}

static void cpuid_page_fill(struct snp_cpuid_page *p)
{
	static const struct {
		u32 first, last, subleaves;
	} ranges[] = {
		{ 0, 3, 1 }, { 4, 4, 4 }, { 5, 0xa, 1 }, { 0xb, 0xb, 2 },
		{ 0x40000000, 0x40000001, 1 }, { 0x80000000, 0x8000001c, 1 },
		{ 0x8000001d, 0x8000001d, 4 }, { 0x8000001e, 0x8000001f, 1 },
	};
	u32 i, leaf, sub;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		for (leaf = ranges[i].first; leaf <= ranges[i].last; leaf++)
			for (sub = 0; sub < ranges[i].subleaves; sub++)
				cpuid_page_add(p, leaf, sub);
}

/* Secrets, CPUID page and the blob that points to both, as setup_data. */
void snp_boot(struct boot_params *bp)
{
	struct cc_setup_data *sd = (void *)boot_area->setup_data;
	struct cc_blob *blob = (void *)(boot_area->setup_data + sizeof(*sd));
	struct snp_secrets *secrets = (void *)boot_area->secrets;

	cpuid_page_fill((void *)boot_area->cpuid_page);
	secrets->version = SECRETS_VERSION;
	secrets->ap_jump_table = (u64)boot_area->jump_table;
	/* The keys are not secret here; Linux refuses all-zero ones. */
	memset(secrets->vmpck, 0xa5, sizeof(secrets->vmpck));
	*blob = (struct cc_blob){
		.magic = CC_BLOB_MAGIC,
		.version = 1,
		.secrets_phys = (u64)boot_area->secrets,
		.secrets_len = PAGE_SIZE,
		.cpuid_phys = (u64)boot_area->cpuid_page,
		.cpuid_len = PAGE_SIZE,
	};
	sd->cc_blob_address = (u64)blob;
	boot_add_setup_data(bp, &sd->header, SETUP_CC_BLOB,
			    sizeof(*sd) - sizeof(sd->header));
}
