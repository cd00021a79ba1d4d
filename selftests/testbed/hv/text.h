/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers and words as text. */
#ifndef HV_TEXT_H
#define HV_TEXT_H

#include <stdarg.h>

#include "types.h"

/* A bounded text buffer; text beyond its end is cut. */
struct text {
	char *buf;
	size_t len, size;
};

void text_str(struct text *t, const char *s);
void text_hex(struct text *t, u64 v);
/* printf with %s %u %x %c only; all integers are u64. */
void text_fmt(struct text *t, const char *fmt, ...);
void text_vfmt(struct text *t, const char *fmt, va_list ap);

bool text_is(const char *name, const char *word, size_t len);
const char *text_word(const char **s, size_t *len);

#endif
