/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CVMSTAT_COMPAT_LINUX_FTRACE_H
#define _CVMSTAT_COMPAT_LINUX_FTRACE_H

#include_next <linux/ftrace.h>

/* Linux 6.2. */
#ifndef ftrace_regs_get_argument
#define ftrace_regs_get_argument(fregs, n) \
	regs_get_kernel_argument(&(fregs)->regs, n)
#define ftrace_regs_get_stack_pointer(fregs) \
	kernel_stack_pointer(&(fregs)->regs)
#endif

#endif /* _CVMSTAT_COMPAT_LINUX_FTRACE_H */
