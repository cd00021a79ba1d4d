/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CVMSTAT_COMPAT_LINUX_UNALIGNED_H
#define _CVMSTAT_COMPAT_LINUX_UNALIGNED_H

/* Moved here from asm/ by Linux 6.12. */
#if __has_include_next(<linux/unaligned.h>)
#include_next <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#endif /* _CVMSTAT_COMPAT_LINUX_UNALIGNED_H */
