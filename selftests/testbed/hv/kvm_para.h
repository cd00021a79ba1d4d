/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KVM's paravirtual interface: Linux, Documentation/virt/kvm/x86/cpuid.rst,
 * msr.rst and hypercalls.rst; numbers are those of uapi kvm_para.h.
 */
#ifndef HV_KVM_PARA_H
#define HV_KVM_PARA_H

#include "types.h"

#define KVM_CPUID_SIGNATURE		0x40000000
#define KVM_CPUID_FEATURES		0x40000001
/* "KVMKVMKVM\0\0\0" */
#define KVM_SIGNATURE_EBX		0x4b4d564b
#define KVM_SIGNATURE_ECX		0x564b4d56
#define KVM_SIGNATURE_EDX		0x0000004d

#define KVM_FEATURE_NOP_IO_DELAY	BIT(1)
#define KVM_FEATURE_CLOCKSOURCE2	BIT(3)
#define KVM_FEATURE_CLOCK_STABLE	BIT(24)
#define KVM_HINTS_REALTIME		BIT(0)

/* The answer to a hypercall that KVM does not know. */
#define KVM_ENOSYS			1000

#endif
