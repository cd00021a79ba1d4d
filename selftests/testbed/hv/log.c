// SPDX-License-Identifier: GPL-2.0
#include "ledger.h"
#include "log.h"
#include "x86.h"

static u32 log_lock;

static void log_line(const char *fmt, va_list ap)
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

/**
 * hv_log - write one line to the hypervisor's log
 * @fmt: text with %s, %u, %x and %c; every integer argument is a u64
 */
void hv_log(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(fmt, ap);
	va_end(ap);
}

/**
 * hv_end - say why, write the ledger's last line, and end QEMU
 * @status: what cvmbed makes its exit status of
 * @fmt: as for hv_log()
 */
void hv_end(enum hv_exit status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(fmt, ap);
	va_end(ap);
	ledger_end();
	for (;;)
		outl(PORT_EXIT, status);
}
