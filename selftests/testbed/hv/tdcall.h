/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HV_TDCALL_H
#define HV_TDCALL_H

#include "vcpu.h"

void tdcall(struct vcpu *v);
void tdvmcall(struct vcpu *v);

#endif
