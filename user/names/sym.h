/* SPDX-License-Identifier: GPL-2.0 */
/* Names of user code, and of processes. */
#ifndef CVMSTAT_SYM_H
#define CVMSTAT_SYM_H

#include "base/util.h"

const char *sym_user(u32 tgid, u64 rip, char *buf, size_t size);
void sym_forget(void);
const char *sym_process(u32 tgid, char *buf, size_t size);

#endif
