/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_CPUHP_H
#define CVMSTAT_CPUHP_H

int cvm_cpuhp_init(void);
void cvm_cpuhp_exit(void);

#endif /* CVMSTAT_CPUHP_H */
