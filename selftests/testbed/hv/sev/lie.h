/* SPDX-License-Identifier: GPL-2.0 */
/* What a malicious host may do to a request in the GHCB, on request. */
#ifndef HV_SEV_LIE_H
#define HV_SEV_LIE_H

#include "nae.h"
#include "vcpu.h"

bool lie_may_refuse(const struct vcpu *v, u64 code);
void lie(struct vcpu *v, const struct nae *n);

#endif
