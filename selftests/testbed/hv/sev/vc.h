/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HV_SEV_VC_H
#define HV_SEV_VC_H

#include "vcpu.h"

void vc_exit(struct vcpu *v, u64 code);

#endif
