/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HV_PLAIN_MMIO_H
#define HV_PLAIN_MMIO_H

#include "vcpu.h"

void mmio_emulate(struct vcpu *v);

#endif
