/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HV_TDCALL_H
#define HV_TDCALL_H

#include "vcpu.h"

void tdcall(struct vcpu *v);
void tdvmcall(struct vcpu *v);
void tdx_guest_bug(struct vcpu *v, const char *what, u64 gpa) __attribute__((noreturn));

#endif
