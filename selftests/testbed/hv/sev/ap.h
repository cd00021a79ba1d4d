/* SPDX-License-Identifier: GPL-2.0 */
/* How a vCPU that does not run is started: GHCB, "AP Reset Hold" and "AP Jump Table". */
#ifndef HV_SEV_AP_H
#define HV_SEV_AP_H

#include "sev.h"

void ap_boot(void);
u64 ap_jump_table(void);
void ap_hold(struct vcpu *v, enum sev_hold why);
void ap_held(struct vcpu *v);
void ap_start(struct vcpu *v);

#endif
