/* SPDX-License-Identifier: GPL-2.0 */
/* The hypervisor's face: KVM's signature, and as little of KVM as Linux needs. */
#ifndef HV_KVM_H
#define HV_KVM_H

#include "x86.h"

#define CPUID_IS_HV(leaf)	((leaf) >> 28 == 4)

/* The answer to a hypercall that KVM does not know (Linux, kvm_para.h). */
#define KVM_ENOSYS	1000

void kvm_cpuid(u32 leaf, bool clock, struct cpuid_regs *r);

#endif
