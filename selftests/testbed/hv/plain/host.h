/* SPDX-License-Identifier: GPL-2.0 */
/* What a guest behind a paravisor asks the host for itself. */
#ifndef HV_HOST_H
#define HV_HOST_H

#include "vcpu.h"

void host_boot(void);
bool host_ghcb_msr(struct vcpu *v, bool write, u64 *val);
bool host_vmgexit(struct vcpu *v);
bool host_tdcall(struct vcpu *v);

#endif
