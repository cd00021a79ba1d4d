/* SPDX-License-Identifier: GPL-2.0 */
/* How the hypervisor ends a run. */
#ifndef HV_END_H
#define HV_END_H

#include "log.h"

void hv_end(enum hv_exit status, const char *fmt, ...) __noreturn;

#endif
