/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_GUARD_H
#define CVMSTAT_GUARD_H

int cvm_guard_init(void);
void cvm_guard_exit(void);

#endif /* CVMSTAT_GUARD_H */
