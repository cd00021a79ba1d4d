/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_PATCHED_H
#define CVMSTAT_PATCHED_H

#include "record.h"

int cvm_patched_start(void);
void cvm_patched_stop(void);

u32 cvm_patched_classes(void);
bool cvm_patched_counts(unsigned int class, bool has_code, u64 code);
u64 cvm_patched_hits(void);
u64 cvm_patched_missed(void);

extern const struct cvm_source cvm_patched_source;

#endif /* CVMSTAT_PATCHED_H */
