/* SPDX-License-Identifier: GPL-2.0 */
/* The states of pages, as the reverse map table has them: APM vol. 2, 15.36. */
#ifndef HV_SEV_RMP_H
#define HV_SEV_RMP_H

#include "nae.h"
#include "vcpu.h"

bool rmp_opcode(struct vcpu *v);
bool rmp_validate(struct vcpu *v, u64 gpa, u64 size, bool valid);
bool rmp_state_change(u64 gpa, u64 size, u32 op);
void rmp_psc(struct vcpu *v, struct nae *n);
void rmp_bad_access(struct vcpu *v, u64 gpa);

#endif
