// SPDX-License-Identifier: GPL-2.0
#include "base/utf8.h"

/**
 * utf8_bytes - bytes of the UTF-8 sequence at @s (RFC 3629, 4)
 *
 * Return: 0 if it is none, as too long forms, surrogates and what is above
 * U+10FFFF.
 */
int utf8_bytes(const unsigned char *s)
{
	static const struct {
		unsigned char first, last, low, high;
		int bytes;
	} forms[] = {
		{ 0x01, 0x7f, 0, 0, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	size_t i;
	int n;

	for (i = 0; i < ARRAY_SIZE(forms); i++)
		if (s[0] >= forms[i].first && s[0] <= forms[i].last)
			break;
	if (i == ARRAY_SIZE(forms))
		return 0;
	if (forms[i].bytes > 1 && (s[1] < forms[i].low || s[1] > forms[i].high))
		return 0;
	for (n = 2; n < forms[i].bytes; n++)
		if ((s[n] & 0xc0) != 0x80)
			return 0;
	return forms[i].bytes;
}

static const char *escape(const struct escapes *e, unsigned char c)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(e->as) && e->as[i].c; i++)
		if (e->as[i].c == c)
			return e->as[i].text;
	return (c < 0x20 || c == 0x7f) ? e->control : NULL;
}

/**
 * utf8_write - write a text of any bytes
 * @f: where to
 * @text: the text
 * @most: characters of it
 * @e: rules of the format
 */
void utf8_write(FILE *f, const char *text, size_t most, const struct escapes *e)
{
	const unsigned char *s = (const unsigned char *)text;
	const char *instead;
	int bytes;

	for (; *s && most; s += bytes ? bytes : 1, most--) {
		bytes = utf8_bytes(s);
		instead = bytes ? escape(e, *s) : e->bad;
		if (!instead)
			fwrite(s, (size_t)bytes, 1, f);
		else if (bytes && instead == e->control)
			fprintf(f, instead, *s);
		else
			fputs(instead, f);
	}
}

/* Characters, as utf8_write() counts them. */
size_t utf8_length(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n;
	int bytes;

	for (n = 0; *s; s += bytes ? bytes : 1, n++)
		bytes = utf8_bytes(s);
	return n;
}
