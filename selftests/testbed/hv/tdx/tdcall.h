/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HV_TDX_TDCALL_H
#define HV_TDX_TDCALL_H

#include "vcpu.h"

void tdcall(struct vcpu *v);

#endif
