/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HV_TDX_TDVMCALL_H
#define HV_TDX_TDVMCALL_H

#include "vcpu.h"

void tdvmcall(struct vcpu *v);

#endif
