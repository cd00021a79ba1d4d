/* SPDX-License-Identifier: GPL-2.0 */
/* Names of kernel code. */
#ifndef CVMSTAT_KALLSYMS_H
#define CVMSTAT_KALLSYMS_H

#include "base/util.h"

bool kallsyms_named(void);
const char *kallsyms_name(u64 addr, char *buf, size_t size);
void kallsyms_made(u64 start, u32 size, const char *name, bool bpf, bool gone);
void kallsyms_refresh(void);

#endif
