/* SPDX-License-Identifier: GPL-2.0 */
/* KVM's paravirtual clock: how an AMD guest learns the TSC's rate. */
#ifndef HV_PVCLOCK_H
#define HV_PVCLOCK_H

#include "vcpu.h"

extern u64 tsc_hz;

void pvclock_calibrate(void);
bool pvclock_msr(struct vcpu *v, u32 msr, bool write, u64 *val);

#endif
