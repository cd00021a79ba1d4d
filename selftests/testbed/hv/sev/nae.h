/* SPDX-License-Identifier: GPL-2.0 */
/* One non-automatic exit: what the guest asks by its GHCB, and the answer. */
#ifndef HV_SEV_NAE_H
#define HV_SEV_NAE_H

#include "ghcb.h"

/* Inputs are copied before anything is done with them. */
struct nae {
	struct ghcb *ghcb;
	u64 code, info1, info2;
	u64 rax, rbx, rcx, rdx, rsi;
	u32 cpl;
	void *scratch;		/* shared buffer, scratch_len bytes, or NULL */
	size_t scratch_len;
	u32 result;		/* GHCB_RESULT_* */
	u64 result_info;	/* the answer's sw_exit_info_2 */
};

static inline void nae_answer_rax(struct nae *n, u64 val)
{
	n->ghcb->rax = val;
	ghcb_set_valid(n->ghcb, GHCB_BIT(rax));
}

static inline void nae_answer_rbx(struct nae *n, u64 val)
{
	n->ghcb->rbx = val;
	ghcb_set_valid(n->ghcb, GHCB_BIT(rbx));
}

static inline void nae_answer_rcx(struct nae *n, u64 val)
{
	n->ghcb->rcx = val;
	ghcb_set_valid(n->ghcb, GHCB_BIT(rcx));
}

static inline void nae_answer_rdx(struct nae *n, u64 val)
{
	n->ghcb->rdx = val;
	ghcb_set_valid(n->ghcb, GHCB_BIT(rdx));
}

/* The request was refused: a GHCB_ERR_*. */
static inline void nae_fail(struct nae *n, u64 reason)
{
	n->result = GHCB_RESULT_ERROR;
	n->result_info = reason;
}

#endif
