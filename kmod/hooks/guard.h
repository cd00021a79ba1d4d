/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_GUARD_H
#define CVMSTAT_GUARD_H

#include <linux/types.h>

int cvm_guard_init(void);
void cvm_guard_exit(void);
bool cvm_guard_serves(void);

#endif /* CVMSTAT_GUARD_H */
