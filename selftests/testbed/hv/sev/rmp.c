// SPDX-License-Identifier: GPL-2.0
#include "deliver.h"
#include "guest.h"
#include "platform.h"
#include "rmp.h"

/* PVALIDATE and RMPADJUST: APM vol. 3. */
#define INSN_LEN		4
#define PVALIDATE_OK		0
#define PVALIDATE_FAIL_INPUT	1
#define RMP_FAIL_INPUT		1
#define RMP_FAIL_PERMISSION	2
#define RMP_TARGET_VMPL(rdx)	((u8)(rdx))
#define RMP_VMSA		BIT(16)
#define RMP_HUGE		1

#define NPF_WALK		BIT(33)	/* of the guest's page tables: APM vol. 2, 15.25.6 */

/* The page that an instruction names: 4 KiB or 2 MiB, private alias. */
static bool operand(struct vcpu *v, const struct walk *w, u64 *gpa, u64 *size)
{
	*size = v->regs[RCX] & RMP_HUGE ? HUGE_SIZE : PAGE_SIZE;
	if (w->gpa & (*size - 1) || !guest_ptr(w->gpa, *size))
		return false;
	if (!(w->gpa & GPA_TOP_BIT))
		vcpu_guest_bug(v, "PVALIDATE or RMPADJUST through a shared mapping", w->gpa);
	*gpa = w->gpa & GPA_MASK;
	return true;
}

/* PVALIDATE of pages that can be: false if they were as they should be before. */
bool rmp_validate(struct vcpu *v, u64 gpa, u64 size, bool valid)
{
	enum page_state want = valid ? PAGE_PRIVATE : PAGE_PENDING;

	if (page_state_get(gpa) == PAGE_SHARED)
		vcpu_guest_bug(v, "PVALIDATE of a shared page", gpa);
	if (page_state_is(gpa, size, want))
		return false;
	page_state_set(gpa, size, want);
	return true;
}

static void pvalidate(struct vcpu *v, const struct walk *w)
{
	u64 gpa, size;

	v->vmcb.save.rflags &= ~X86_EFLAGS_CF;
	if (!operand(v, w, &gpa, &size)) {
		v->regs[RAX] = PVALIDATE_FAIL_INPUT;
		return;
	}
	v->regs[RAX] = PVALIDATE_OK;
	if (!rmp_validate(v, gpa, size, v->regs[RDX] & 1))
		v->vmcb.save.rflags |= X86_EFLAGS_CF;
}

static void rmpadjust(struct vcpu *v, const struct walk *w)
{
	u64 gpa, size;

	if (!operand(v, w, &gpa, &size) || page_state_get(gpa) < PAGE_PRIVATE) {
		v->regs[RAX] = RMP_FAIL_INPUT;
		return;
	}
	if (RMP_TARGET_VMPL(v->regs[RDX]) <= guest_vmpl) {
		v->regs[RAX] = RMP_FAIL_PERMISSION;
		return;
	}
	v->regs[RAX] = 0;
	/* Only VMPL 0 has a say in that. */
	if (!guest_vmpl)
		page_state_set(gpa, size, v->regs[RDX] & RMP_VMSA ? PAGE_CONTEXT : PAGE_PRIVATE);
}

static const struct {
	u8 code[INSN_LEN];
	bool vmpl0;		/* #GP at any other VMPL */
	void (*run)(struct vcpu *v, const struct walk *w);
} insns[] = {
	{ { 0xf2, 0x0f, 0x01, 0xff }, true, pvalidate },
	{ { 0xf3, 0x0f, 0x01, 0xfe }, false, rmpadjust },
};

/* Both check paging as a read of one byte does; Linux' decompressor maps on demand. */
static void run(struct vcpu *v, void (*insn)(struct vcpu *v, const struct walk *w))
{
	struct walk w;

	if (!guest_walk(v, v->regs[RAX], &w)) {
		v->vmcb.save.cr2 = v->regs[RAX];
		deliver_exception_zero(v, X86_TRAP_PF);
		return;
	}
	insn(v, &w);
	vcpu_skip(v, INSN_LEN);
}

/* #UD: TCG knows neither instruction. */
bool rmp_opcode(struct vcpu *v)
{
	u8 code[INSN_LEN];
	u32 i;

	if (v->vmcb.save.cpl || !guest_read(v, v->vmcb.save.rip, code, sizeof(code)))
		return false;
	for (i = 0; i < ARRAY_SIZE(insns); i++) {
		if (memcmp(code, insns[i].code, INSN_LEN))
			continue;
		if (insns[i].vmpl0 && guest_vmpl)
			deliver_exception_zero(v, X86_TRAP_GP);
		else
			run(v, insns[i].run);
		return true;
	}
	return false;
}

/* Either protocol's page state change; false if it asks for nonsense. */
bool rmp_state_change(u64 gpa, u64 size, u32 op)
{
	if (gpa & (size - 1) || !guest_ptr(gpa, size) || (op != PSC_PRIVATE && op != PSC_SHARED))
		return false;
	page_state_set(gpa, size, op == PSC_PRIVATE ? PAGE_PENDING : PAGE_SHARED);
	return true;
}

/* The NAE event: a list of changes in the shared buffer. */
void rmp_psc(struct vcpu *v, struct nae *n)
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

		if (!rmp_state_change(PSC_ENTRY_GPA(e),
				      PSC_ENTRY_HUGE(e) ? HUGE_SIZE : PAGE_SIZE,
				      PSC_ENTRY_OP(e))) {
			n->result_info = PSC_ERR_BAD_ENTRY;
			return;
		}
		req->cur_entry = i + 1;
	}
}

/*
 * The walk of the guest's own page tables is private, whatever CR3 says (APM
 * vol. 2, 15.34.5). TCG walks where CR3 points: set the C-bit there. Linux's
 * decompressor loads such a CR3.
 */
static bool walk_is_private(struct vcpu *v, u64 gpa)
{
	struct svm_save *s = &v->vmcb.save;

	if (!(v->vmcb.exit_info_1 & NPF_WALK) || (gpa ^ s->cr3) & PAGE_MASK)
		return false;
	s->cr3 |= GPA_TOP_BIT;
	return true;
}

void rmp_bad_access(struct vcpu *v, u64 gpa)
{
	if (walk_is_private(v, gpa))
		return;
	vcpu_guest_bug(v, gpa & GPA_TOP_BIT ? "private access to a page that is not" :
					     "shared access to a private page", gpa);
}
