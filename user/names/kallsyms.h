/* SPDX-License-Identifier: GPL-2.0 */
/* Names of kernel code. */
#ifndef CVMSTAT_KALLSYMS_H
#define CVMSTAT_KALLSYMS_H

#include "base/util.h"

/**
 * struct function - what code is called
 * @name: of the function; empty if nobody knows
 * @owner: the file that it is in, or the kernel's module; empty for the kernel itself
 * @offset: in the function, or else in the file
 */
struct function {
	char name[256];
	char owner[128];
	u64 offset;
};

bool kallsyms_named(void);
bool kallsyms_find(u64 addr, struct function *f);
const char *kallsyms_name(u64 addr, char *buf, size_t size);
void kallsyms_made(u64 start, u32 size, const char *name, bool bpf, bool gone);
void kallsyms_refresh(void);

#endif
