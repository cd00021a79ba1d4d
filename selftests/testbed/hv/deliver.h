/* SPDX-License-Identifier: GPL-2.0 */
/* Exceptions and interrupts into the guest. */
#ifndef HV_DELIVER_H
#define HV_DELIVER_H

#include "vcpu.h"

void deliver_by_hand(struct vcpu *v, u32 vector, u32 error_code);
void deliver_exception(struct vcpu *v, u32 vector);
void deliver_exception_zero(struct vcpu *v, u32 vector);
void deliver_interrupt_now(struct vcpu *v, u32 vector);
void deliver_interrupt(struct vcpu *v, u32 vector);
void deliver_nmi(struct vcpu *v);

#endif
