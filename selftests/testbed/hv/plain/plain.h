/* SPDX-License-Identifier: GPL-2.0 */
/* What an ordinary VM and one behind a paravisor have in common. */
#ifndef HV_PLAIN_H
#define HV_PLAIN_H

#include "vcpu.h"

void plain_exit(struct vcpu *v, u64 code);
void plain_cpuid(struct vcpu *v, u32 leaf, u32 subleaf, struct cpuid_regs *r);
void plain_request(struct vcpu *v, u32 requests);

#endif
