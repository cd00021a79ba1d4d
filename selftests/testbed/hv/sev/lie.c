// SPDX-License-Identifier: GPL-2.0
#include "fault.h"
#include "ledger.h"
#include "lie.h"
#include "sev.h"

/*
 * A request may be refused without killing the guest when user space made it,
 * or when its caller handles errors.
 */
bool lie_may_refuse(const struct vcpu *v, u64 code)
{
	switch (code) {
	case CVMSTAT_NAE_GUEST_REQUEST:
	case CVMSTAT_NAE_EXT_GUEST_REQUEST:
		return true;
	case CVMSTAT_SVM_CPUID:
		/* Linux on SNP terminates itself, whoever executed CPUID. */
		return to_sev(v)->last_cpl == 3 && !platform->snp;
	case CVMSTAT_SVM_IOIO:
	case CVMSTAT_SVM_VMMCALL:
		return to_sev(v)->last_cpl == 3;
	default:
		return false;
	}
}

/*
 * Answers that the host is free to give, and that the kernel does not rely on:
 * what user mode reads from a port or has from a hypercall, and a counter.
 */
static bool may_be_absurd(const struct vcpu *v, const struct nae *n)
{
	switch (n->code) {
	case CVMSTAT_SVM_IOIO:
		return to_sev(v)->last_cpl == 3 && n->info1 & SVM_IOIO_IN;
	case CVMSTAT_SVM_VMMCALL:
		return to_sev(v)->last_cpl == 3;
	case CVMSTAT_SVM_RDPMC:
		return true;
	default:
		return false;
	}
}

static void scribble(struct vcpu *v, void *at, size_t n)
{
	u8 *p = at;

	while (n) {
		u64 garbage = fault_random(v->id, FAULT_LIE);
		size_t part = n < sizeof(garbage) ? n : sizeof(garbage);

		memcpy(p, &garbage, part);
		p += part;
		n -= part;
	}
}

/*
 * Garbage where no guest may look: inputs, what the answer leaves unused, and
 * the buffer of a request that has none.
 */
void lie(struct vcpu *v, const struct nae *n)
{
	struct ghcb *g = n->ghcb;

	scribble(v, &g->sw_exit_code, sizeof(g->sw_exit_code));
	scribble(v, &g->sw_scratch, sizeof(g->sw_scratch));
	scribble(v, &g->cpl, sizeof(g->cpl));
	scribble(v, &g->xcr0, sizeof(g->xcr0));
	g->sw_exit_info_1 |= fault_random(v->id, FAULT_LIE) << 32;
	if (!ghcb_valid(g, GHCB_BIT(rbx)))
		scribble(v, &g->rbx, sizeof(g->rbx));
	if (!ghcb_valid(g, GHCB_BIT(rcx)))
		scribble(v, &g->rcx, sizeof(g->rcx));
	if (!n->scratch)
		scribble(v, g->shared_buffer, sizeof(g->shared_buffer));
	if (n->result == GHCB_RESULT_OK && may_be_absurd(v, n)) {
		scribble(v, &g->rax, sizeof(g->rax));
		scribble(v, &g->rdx, sizeof(g->rdx));
	}
}
