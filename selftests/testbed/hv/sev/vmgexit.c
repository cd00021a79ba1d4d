// SPDX-License-Identifier: GPL-2.0
/* VMGEXIT: by the GHCB MSR protocol, or an event that the GHCB describes. */
#include "ap.h"
#include "events.h"
#include "fault.h"
#include "ledger.h"
#include "lie.h"
#include "msr_protocol.h"
#include "sev.h"
#include "vmgexit.h"

/* The guest's GHCB, or the end of the guest: GHCB 2.3.2, "GHCB GPA Registration". */
static struct ghcb *get_ghcb(struct vcpu *v)
{
	u64 gpa = to_sev(v)->ghcb_msr;
	struct ghcb *g = guest_ptr(gpa, PAGE_SIZE);

	if (!g || gpa & ~PAGE_MASK)
		vcpu_guest_bug(v, "VMGEXIT with a GHCB that is no page of RAM", gpa);
	if (!platform->snp)
		return g;
	if (page_state_get(gpa) != PAGE_SHARED)
		vcpu_guest_bug(v, "VMGEXIT with a GHCB in a private page", gpa);
	if (gpa != to_sev(v)->ghcb_gpa)
		vcpu_guest_bug(v, "VMGEXIT with a GHCB that is not registered", gpa);
	return g;
}

/* GHCB 4.1: the scratch area lies in the GHCB's own buffer or in other shared memory. */
static void find_scratch(struct nae *n)
{
	u64 gpa = n->ghcb->sw_scratch, offset = gpa & ~PAGE_MASK, end = PAGE_SIZE;
	u8 *p = guest_ptr(gpa, PAGE_SIZE - offset);

	if (!p || (platform->snp && page_state_get(gpa) != PAGE_SHARED))
		return;
	if (p - offset == (u8 *)n->ghcb) {
		end = offsetof(struct ghcb, rsvd_ff0);
		if (offset < offsetof(struct ghcb, shared_buffer) || offset >= end)
			return;
	}
	n->scratch = p;
	n->scratch_len = end - offset;
}

static void read_request(struct nae *n, struct ghcb *g)
{
	n->code = g->sw_exit_code;
	n->info1 = g->sw_exit_info_1;
	n->info2 = g->sw_exit_info_2;
	n->rax = g->rax;
	n->rbx = g->rbx;
	n->rcx = g->rcx;
	n->rdx = g->rdx;
	n->rsi = g->rsi;
	n->cpl = g->cpl;
	if (ghcb_valid(g, GHCB_BIT(sw_scratch)))
		find_scratch(n);
}

/* What came of it, in the GHCB. */
static void write_answer(struct ghcb *g, const struct nae *n)
{
	g->sw_exit_info_1 = n->result;
	g->sw_exit_info_2 = n->result_info;
	ghcb_set_valid(g, GHCB_BIT(sw_exit_info_1));
	ghcb_set_valid(g, GHCB_BIT(sw_exit_info_2));
}

static void serve_ghcb(struct vcpu *v)
{
	struct ghcb *g = get_ghcb(v);
	struct nae n = { .ghcb = g };

	if (g->usage) {
		ledger_count(v->id, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_VMGEXIT_HYPERV,
			     LEDGER_NO_DETAIL, CVMSTAT_OP_NONE);
		nae_fail(&n, GHCB_ERR_INVALID_USAGE);
	} else {
		read_request(&n, g);
		event_serve(v, &n);
	}
	write_answer(g, &n);
	if (to_sev(v)->hold == HOLD_AP_HLT_LOOP)
		ap_held(v);
	if (fault_due(v->id, FAULT_LIE))
		lie(v, &n);
}

/* RIP is behind the instruction. */
void vmgexit(struct vcpu *v)
{
	if (to_sev(v)->ghcb_msr & GHCB_MSR_INFO_MASK)
		msr_protocol(v);
	else
		serve_ghcb(v);
}
