// SPDX-License-Identifier: GPL-2.0
#include "log.h"
#include "x86.h"

static u32 log_lock;

/**
 * hv_vlog - write one line to the hypervisor's log
 * @fmt: text with %s, %u, %x and %c; every integer argument is a u64
 * @ap: its arguments
 */
void hv_vlog(const char *fmt, va_list ap)
{
	char buf[512];
	struct text t = { buf, 0, sizeof(buf) - 1 };

	text_str(&t, "cvmbed: ");
	text_vfmt(&t, fmt, ap);
	buf[t.len++] = '\n';
	while (__atomic_exchange_n(&log_lock, 1, __ATOMIC_ACQUIRE))
		cpu_pause();
	outsb(PORT_LOG, buf, t.len);
	__atomic_store_n(&log_lock, 0, __ATOMIC_RELEASE);
}

/* The same with the arguments themselves. */
void hv_log(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	hv_vlog(fmt, ap);
	va_end(ap);
}

/* Ends QEMU, and with it everything: hv_end() says more. */
void hv_exit(enum hv_exit status)
{
	for (;;)
		outl(PORT_EXIT, status);
}
