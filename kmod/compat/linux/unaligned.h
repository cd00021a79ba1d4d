/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CVMSTAT_COMPAT_LINUX_UNALIGNED_H
#define _CVMSTAT_COMPAT_LINUX_UNALIGNED_H

#include <linux/version.h>

/* Moved here from asm/ by Linux 6.12. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include_next <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#endif /* _CVMSTAT_COMPAT_LINUX_UNALIGNED_H */
