/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HV_EXIT_H
#define HV_EXIT_H

#include "vcpu.h"

void handle_exit(struct vcpu *v);

#endif
