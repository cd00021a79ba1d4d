/* SPDX-License-Identifier: GPL-2.0 */
/* The hypervisor's own messages, and the devices that lib/qemu.sh gives it. */
#ifndef HV_LOG_H
#define HV_LOG_H

#include "text.h"

/* debugcon devices; 0x402 is taken by SeaBIOS, which writes to it. */
#define PORT_LEDGER	0x4c8
#define PORT_LOG	0x4c9
#define PORT_EXIT	0xf4

/* Values for PORT_EXIT; QEMU's exit status is (value << 1) | 1. */
enum hv_exit {
	HV_EXIT_TERMINATED = 1,
	HV_EXIT_FATAL = 2,
	HV_EXIT_SHUTDOWN = 3,
	HV_EXIT_INTERNAL = 4,
	HV_EXIT_GUEST_BUG = 5,
	HV_EXIT_USAGE = 6,
};

void hv_log(const char *fmt, ...);
void hv_vlog(const char *fmt, va_list ap);
void hv_exit(enum hv_exit status) __noreturn;

#endif
