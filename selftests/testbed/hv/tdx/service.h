/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HV_TDX_SERVICE_H
#define HV_TDX_SERVICE_H

#include "vcpu.h"

u64 service_request(struct vcpu *v);

#endif
