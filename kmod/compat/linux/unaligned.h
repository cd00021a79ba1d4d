/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CVMSTAT_COMPAT_LINUX_UNALIGNED_H
#define _CVMSTAT_COMPAT_LINUX_UNALIGNED_H

/* Moved here from asm/ by Linux 6.12. */
#ifdef CVM_HAVE_LINUX_UNALIGNED
#include_next <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#endif /* _CVMSTAT_COMPAT_LINUX_UNALIGNED_H */
