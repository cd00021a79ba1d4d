/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HV_SEV_VMGEXIT_H
#define HV_SEV_VMGEXIT_H

#include "vcpu.h"

void vmgexit(struct vcpu *v);

#endif
