/* SPDX-License-Identifier: GPL-2.0 */
/* Names of hypercalls, and what an interrupt that a CPU sends is for. */
#ifndef CVMSTAT_HYPERCALL_H
#define CVMSTAT_HYPERCALL_H

#include "base/util.h"

void hypercall_learn(void);
bool hypercall_name(u64 number, bool hyperv, char *buf, size_t size);
u32 hypercall_purpose(u64 number, bool hyperv);
const char *icr_text(u32 icr, char *buf, size_t size);

#endif
