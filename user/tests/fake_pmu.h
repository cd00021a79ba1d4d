/* SPDX-License-Identifier: GPL-2.0 */
/* What the linker makes of syscall() with --wrap=syscall. */
#ifndef CVMSTAT_FAKE_PMU_H
#define CVMSTAT_FAKE_PMU_H

long __real_syscall(long number, ...);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f);

#endif
