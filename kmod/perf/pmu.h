/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_PMU_H
#define CVMSTAT_PMU_H

#include <linux/types.h>

int cvm_pmu_init(bool times);
void cvm_pmu_exit(void);

#endif /* CVMSTAT_PMU_H */
