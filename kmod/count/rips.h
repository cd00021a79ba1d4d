/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_RIPS_H
#define CVMSTAT_RIPS_H

#include <linux/types.h>

#include "part.h"

extern unsigned int cvm_rip_slots;

int cvm_rips_init(void);
void cvm_rips_exit(void);

void cvm_rips_account(unsigned int index, bool user, u64 rip);

extern const struct cvm_part cvm_rip_part;

#endif /* CVMSTAT_RIPS_H */
