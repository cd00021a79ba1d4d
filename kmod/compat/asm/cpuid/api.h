/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CVMSTAT_COMPAT_ASM_CPUID_API_H
#define _CVMSTAT_COMPAT_ASM_CPUID_API_H

/* cpuid() moved here by Linux 6.16. */
#ifdef CVM_HAVE_ASM_CPUID_API
#include_next <asm/cpuid/api.h>
#else
#include <asm/processor.h>
#endif

/* Its older name. */
#ifndef CVM_HAVE_CPUID_BASE_HYPERVISOR
#define cpuid_base_hypervisor(sig, leaves) hypervisor_cpuid_base(sig, leaves)
#endif

#endif /* _CVMSTAT_COMPAT_ASM_CPUID_API_H */
