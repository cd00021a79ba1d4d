/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TESTS_ASM_PROCESSOR_H
#define TESTS_ASM_PROCESSOR_H

#include <linux/types.h>

/* What of arch/x86/include/asm/processor.h is looked at. */
static inline u32 cpuid_eax(u32 leaf)
{
	(void)leaf;
	return 0;
}

static inline u32 cpuid_ebx(u32 leaf)
{
	(void)leaf;
	return 0;
}

#endif /* TESTS_ASM_PROCESSOR_H */
