/* SPDX-License-Identifier: GPL-2.0 */
/* Exceptions and interrupts into the guest. */
#ifndef HV_DELIVER_H
#define HV_DELIVER_H

#include "vcpu.h"

void deliver_vc(struct vcpu *v, u32 error_code);
void deliver_exception(struct vcpu *v, u32 vector);
void deliver_exception_zero(struct vcpu *v, u32 vector);
void deliver_interrupt(struct vcpu *v, u32 vector);
void deliver_nmi_if_due(struct vcpu *v);

#endif
