/* SPDX-License-Identifier: GPL-2.0 */
/* How APs are started: ACPI 6.4, 5.2.12.19, multiprocessor wakeup. */
#ifndef HV_TDX_MAILBOX_H
#define HV_TDX_MAILBOX_H

#include "vcpu.h"

struct boot_params;

void mailbox_boot(struct boot_params *bp);
bool mailbox_poll(struct vcpu *v);

#endif
