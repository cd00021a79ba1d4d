/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HV_TDX_VE_H
#define HV_TDX_VE_H

#include "vcpu.h"

void ve_exit(struct vcpu *v, u64 code);

#endif
