/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_SELFTEST_H
#define CVMSTAT_SELFTEST_H

int cvm_selftest_backend(void);
void cvm_selftest_hooks(void);

#endif /* CVMSTAT_SELFTEST_H */
