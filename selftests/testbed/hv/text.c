// SPDX-License-Identifier: GPL-2.0
#include "text.h"

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

void text_vfmt(struct text *t, const char *fmt, va_list ap)
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

/* The first word of @s, up to a space; advances @s behind it. */
const char *text_word(const char **s, size_t *len)
{
	const char *word;

	while (**s == ' ')
		(*s)++;
	word = *s;
	while (**s && **s != ' ')
		(*s)++;
	*len = *s - word;
	return *len ? word : NULL;
}

/* Is the word of @len bytes this name? */
bool text_is(const char *name, const char *word, size_t len)
{
	for (; len && *name == *word; len--) {
		name++;
		word++;
	}
	return !len && !*name;
}
