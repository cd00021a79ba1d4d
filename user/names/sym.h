/* SPDX-License-Identifier: GPL-2.0 */
/* Names for instruction pointers. */
#ifndef CVMSTAT_SYM_H
#define CVMSTAT_SYM_H

#include "base/util.h"

bool sym_kernel_named(void);
const char *sym_kernel(u64 rip, char *buf, size_t size);
const char *sym_user(u32 tgid, u64 rip, char *buf, size_t size);
void sym_forget(void);
const char *sym_process(u32 tgid, char *buf, size_t size);

#endif
