/* SPDX-License-Identifier: GPL-2.0 */
/* What CPUID shows, before a platform adds its own. */
#ifndef HV_CPUID_H
#define HV_CPUID_H

#include "x86.h"

#define CPUID_MAX_STD		0x0b

/* Not answered: it is a #VC or #VE of the reason in ECX, known or not. */
#define CPUID_ODD_TRAP		0x4f0ddca5
/* The mark port for who may not use ports; ECX is a byte of a label, or this. */
#define CPUID_MARK		0x4f0ddca6
#define MARK_READ		0x100

void cpuid_common(u32 leaf, u32 subleaf, struct cpuid_regs *r);

#endif
