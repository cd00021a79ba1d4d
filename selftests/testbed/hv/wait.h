/* SPDX-License-Identifier: GPL-2.0 */
/* A vCPU that halts, and with it the CPU that it is bound to. */
#ifndef HV_WAIT_H
#define HV_WAIT_H

#include "vcpu.h"

void vcpu_hlt(struct vcpu *v);
void vcpu_wait(struct vcpu *v, bool interrupts);

#endif
