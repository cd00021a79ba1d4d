/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HV_RUN_H
#define HV_RUN_H

#include "vcpu.h"

void vcpu_run(struct vcpu *v) __noreturn;

#endif
