// SPDX-License-Identifier: GPL-2.0
/*
 * Protocol 1: SVSM, "Attestation protocol". There is no security processor to
 * sign a report: a request that is right in itself gets the answer that the
 * SVSM gives when that one refuses.
 */
#include "svsm.h"

#define ATTEST_SERVICES		0
#define ATTEST_SINGLE_SERVICE	1
#define NONCE_SIZE		64

/* What both calls begin with: where the report goes, and what it is about. */
struct attest_request {
	struct {
		u64 gpa;
		u32 size, rsvd;
	} report, nonce, manifest, certificates;
};

static bool buffer_fits(u64 gpa, u32 size)
{
	return !(gpa & ~PAGE_MASK) && svsm_guest_ptr(gpa, size);
}

u64 svsm_attest(struct vcpu *v, u32 call)
{
	const struct attest_request *r = svsm_guest_ptr(v->regs[RCX], sizeof(*r));

	if (call != ATTEST_SERVICES && call != ATTEST_SINGLE_SERVICE)
		return SVSM_ERR_UNSUPPORTED_CALL;
	if (!r || r->report.rsvd || r->nonce.rsvd || r->manifest.rsvd || r->certificates.rsvd ||
	    r->nonce.size != NONCE_SIZE || !svsm_guest_ptr(r->nonce.gpa, NONCE_SIZE) ||
	    !buffer_fits(r->report.gpa, r->report.size) ||
	    !buffer_fits(r->manifest.gpa, r->manifest.size))
		return SVSM_ERR_INVALID_PARAMETER;
	return SVSM_ERR_INVALID_REQUEST;
}
