/* SPDX-License-Identifier: GPL-2.0 */
/* Quotes, and how a TD is told that one is there: GHCI 3.3 and 3.5. */
#ifndef HV_TDX_QUOTE_H
#define HV_TDX_QUOTE_H

#include "vcpu.h"

u64 quote_request(struct vcpu *v);
u64 quote_setup_notify(struct vcpu *v);
void quote_poll(void);

#endif
