/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_RIPS_H
#define CVMSTAT_RIPS_H

#include "record.h"

extern unsigned int cvm_rip_slots;

int cvm_rips_init(void);
void cvm_rips_exit(void);

void cvm_rips_account(unsigned int index, unsigned int class, bool user,
		      u64 rip);
int cvm_each_rip(unsigned int cpu, u32 classes, cvm_record_fn fn, void *arg);

#endif /* CVMSTAT_RIPS_H */
