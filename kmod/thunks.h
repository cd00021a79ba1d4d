/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_THUNKS_H
#define CVMSTAT_THUNKS_H

void cvm_thunks_start(void);
void cvm_thunks_stop(void);

#endif /* CVMSTAT_THUNKS_H */
