// SPDX-License-Identifier: GPL-2.0
#include <math.h>

#include "base/utf8.h"
#include "out/json.h"

/* Names may be any bytes; what is not UTF-8 becomes U+FFFD. */
static void quote(FILE *f, const char *text)
{
	static const struct escapes escapes = {
		.bad = "\\ufffd",
		.control = "\\u%04x",
		.as = { { '"', "\\\"" }, { '\\', "\\\\" } },
	};

	fputc('"', f);
	utf8_write(f, text, SIZE_MAX, &escapes);
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
