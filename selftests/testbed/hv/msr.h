/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HV_MSR_H
#define HV_MSR_H

#include "vcpu.h"

/* MSRs that a hypervisor lets a guest have; false for #GP. */
bool msr_access(struct vcpu *v, u32 msr, bool write, u64 *val);

#endif
