// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>

#include "ledger.h"
#include "log.h"
#include "x86.h"

static u32 log_lock;

void *memcpy(void *dst, const void *src, size_t n)
{
	void *ret = dst;

	__asm__ volatile("rep movsb" : "+D"(dst), "+S"(src), "+c"(n) : : "memory");
	return ret;
}

void *memset(void *dst, int c, size_t n)
{
	void *ret = dst;

	__asm__ volatile("rep stosb" : "+D"(dst), "+c"(n) : "a"(c) : "memory");
	return ret;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

void text_str(struct text *t, const char *s)
{
	for (; *s && t->len < t->size; s++)
		t->buf[t->len++] = *s;
}

static void text_num(struct text *t, u64 v, u32 base)
{
	char digits[20];
	u32 n = 0;

	do
		digits[n++] = "0123456789abcdef"[v % base];
	while (v /= base);
	while (n && t->len < t->size)
		t->buf[t->len++] = digits[--n];
}

void text_hex(struct text *t, u64 v)
{
	text_str(t, "0x");
	text_num(t, v, 16);
}

static void text_dec(struct text *t, u64 v)
{
	text_num(t, v, 10);
}

static void text_vfmt(struct text *t, const char *fmt, va_list ap)
{
	char c[2] = "";

	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			c[0] = *fmt;
			text_str(t, c);
			continue;
		}
		switch (*++fmt) {
		case 's':
			text_str(t, va_arg(ap, const char *));
			break;
		case 'u':
			text_dec(t, va_arg(ap, u64));
			break;
		case 'x':
			text_hex(t, va_arg(ap, u64));
			break;
		case 'c':
			c[0] = (char)va_arg(ap, int);
			text_str(t, c);
			break;
		default:
			return;
		}
	}
}

void text_fmt(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_vfmt(t, fmt, ap);
	va_end(ap);
}

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
