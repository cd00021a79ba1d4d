/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CVMSTAT_COMPAT_ASM_MSR_H
#define _CVMSTAT_COMPAT_ASM_MSR_H

#include_next <asm/msr.h>

/* Linux 6.16 says q for 64 bits where it said l, and its raw write takes one value. */
#ifndef rdmsrq
#define rdmsrq rdmsrl
#define wrmsrq wrmsrl
#define rdmsrq_safe rdmsrl_safe
#define wrmsrq_safe wrmsrl_safe

static __always_inline void __wrmsrq(u32 msr, u64 val)
{
	__wrmsr(msr, lower_32_bits(val), upper_32_bits(val));
}
#endif

#endif /* _CVMSTAT_COMPAT_ASM_MSR_H */
