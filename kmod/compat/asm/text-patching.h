/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CVMSTAT_COMPAT_ASM_TEXT_PATCHING_H
#define _CVMSTAT_COMPAT_ASM_TEXT_PATCHING_H

#include <linux/version.h>
#include_next <asm/text-patching.h>

/* Until Linux 6.6 kprobes asks of each instruction whether it jumps to a thunk. */
#define CVM_KPROBES_ASKS_FOR_THUNKS \
	(LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0))

#endif /* _CVMSTAT_COMPAT_ASM_TEXT_PATCHING_H */
