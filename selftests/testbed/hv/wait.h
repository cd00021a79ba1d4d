/* SPDX-License-Identifier: GPL-2.0 */
/* A vCPU that halts, and with it the CPU that it is bound to. */
#ifndef HV_WAIT_H
#define HV_WAIT_H

#include "vcpu.h"

/**
 * struct idle_offer - how a guest may idle
 * @hlt: HLT runs without an exit
 * @hint: KVM's hint that CPUs are the guest's own
 * @mwait: there is MONITOR and MWAIT, which run without an exit
 */
struct idle_offer {
	bool hlt, hint, mwait;
};

extern struct idle_offer idle_offer;

void idle_offer_apply(struct vcpu *v);
void vcpu_yield(struct vcpu *v);
void vcpu_hlt(struct vcpu *v);
void vcpu_wait(struct vcpu *v, bool interrupts);

#endif
