// SPDX-License-Identifier: GPL-2.0
#include <math.h>

#include "out/json.h"

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

/* Names may be any bytes; what is not UTF-8 becomes U+FFFD. */
static void quote(FILE *f, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	int bytes;

	fputc('"', f);
	for (; *s; s += bytes ? bytes : 1) {
		bytes = utf8_bytes(s);
		if (!bytes)
			fputs("\\ufffd", f);
		else if (*s == '"' || *s == '\\')
			fprintf(f, "\\%c", *s);
		else if (*s < 0x20 || *s == 0x7f)
			fprintf(f, "\\u%04x", *s);
		else
			fwrite(s, (size_t)bytes, 1, f);
	}
	fputc('"', f);
}

static void next(struct json *j, const char *key)
{
	if (j->more)
		fputs(", ", j->f);
	j->more = true;
	if (!key)
		return;
	quote(j->f, key);
	fputs(": ", j->f);
}

/* Open an object ('{') or an array ('['); @key is NULL inside an array. */
void json_open(struct json *j, const char *key, char bracket)
{
	next(j, key);
	fputc(bracket, j->f);
	j->more = false;
}

void json_close(struct json *j, char bracket)
{
	fputc(bracket, j->f);
	j->more = true;
}

void json_string(struct json *j, const char *key, const char *val)
{
	next(j, key);
	quote(j->f, val);
}

void json_u64(struct json *j, const char *key, u64 val)
{
	next(j, key);
	fprintf(j->f, "%llu", val);
}

void json_real(struct json *j, const char *key, double val)
{
	if (!isfinite(val)) {
		json_null(j, key);
		return;
	}
	next(j, key);
	fprintf(j->f, "%.9g", val);
}

void json_bool(struct json *j, const char *key, bool val)
{
	next(j, key);
	fputs(val ? "true" : "false", j->f);
}

void json_null(struct json *j, const char *key)
{
	next(j, key);
	fputs("null", j->f);
}
