/* SPDX-License-Identifier: GPL-2.0 */
/* Names of user code, and of processes. */
#ifndef CVMSTAT_SYM_H
#define CVMSTAT_SYM_H

#include "names/kallsyms.h"

bool sym_find(u32 tgid, u64 rip, struct function *f);
const char *sym_user(u32 tgid, u64 rip, char *buf, size_t size);
void sym_forget(void);
const char *sym_command(u32 tgid, char *buf, size_t size);
const char *sym_process(u32 tgid, char *buf, size_t size);

#endif
