/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_OPTIMISE_H
#define CVMSTAT_OPTIMISE_H

#include <linux/kprobes.h>

void cvm_optimise_start(void);
int cvm_optimise_add(struct kprobe *kp);
void cvm_optimise_stop(void);

#endif /* CVMSTAT_OPTIMISE_H */
