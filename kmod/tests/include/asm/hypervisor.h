/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TESTS_ASM_HYPERVISOR_H
#define TESTS_ASM_HYPERVISOR_H

#include <linux/types.h>

/* What of arch/x86/include/asm/hypervisor.h is looked at. */
enum x86_hypervisor_type {
	X86_HYPER_MS_HYPERV,
};

static inline bool hypervisor_is_type(enum x86_hypervisor_type type)
{
	(void)type;
	return false;
}

#endif /* TESTS_ASM_HYPERVISOR_H */
