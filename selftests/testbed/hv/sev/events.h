/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HV_SEV_EVENTS_H
#define HV_SEV_EVENTS_H

#include "nae.h"
#include "vcpu.h"

void event_serve(struct vcpu *v, struct nae *n);

#endif
