/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_COUNTER_H
#define CVMSTAT_COUNTER_H

#include <asm/local64.h>

/* A counter of this CPU, indexed by user mode. */
struct cvm_pair {
	local64_t n[2];
};

#endif /* CVMSTAT_COUNTER_H */
