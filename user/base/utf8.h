/* SPDX-License-Identifier: GPL-2.0 */
/* Texts of any bytes, in formats that cannot have all of them. */
#ifndef CVMSTAT_UTF8_H
#define CVMSTAT_UTF8_H

#include "base/util.h"

/**
 * struct escapes - what a format writes for what it cannot have as it is
 * @bad: for a byte that is not UTF-8
 * @control: for other control characters than those of @as, a format that has
 *	the character; NULL if they may stay
 * @as: for some characters, up to one that is 0
 */
struct escapes {
	const char *bad;
	const char *control;
	struct {
		unsigned char c;
		const char *text;
	} as[8];
};

int utf8_bytes(const unsigned char *s);
void utf8_write(FILE *f, const char *text, size_t most, const struct escapes *e);
size_t utf8_length(const char *text);

#endif
