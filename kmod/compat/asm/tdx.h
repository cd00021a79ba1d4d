/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CVMSTAT_COMPAT_ASM_TDX_H
#define _CVMSTAT_COMPAT_ASM_TDX_H

#include_next <asm/tdx.h>

/* Before Linux 6.7 a TDX guest made its calls by other functions. */
#if defined(CONFIG_INTEL_TDX_GUEST) && defined(CVM_HAVE_TDX_MODULE_ARGS)
#define CVM_TDX_KNOWN
#endif

#endif /* _CVMSTAT_COMPAT_ASM_TDX_H */
