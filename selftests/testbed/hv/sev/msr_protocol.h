/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HV_SEV_MSR_PROTOCOL_H
#define HV_SEV_MSR_PROTOCOL_H

#include "vcpu.h"

void msr_protocol(struct vcpu *v);

#endif
