// SPDX-License-Identifier: GPL-2.0
/* Figures as people read them. */
#include <math.h>
#include <string.h>

#include "out/out.h"

/* Digits in groups of three. */
const char *grouped(u64 val, char *buf, size_t size)
{
	char digits[24];
	size_t i, n, at = 0;

	n = (size_t)snprintf(digits, sizeof(digits), "%llu", val);
	for (i = 0; i < n && at + 1 < size; i++) {
		if (i && (n - i) % 3 == 0)
			buf[at++] = ',';
		if (at + 1 < size)
			buf[at++] = digits[i];
	}
	buf[at] = '\0';
	return buf;
}

/* Three figures and a unit. */
static const char *scaled(double val, const char *const *units, double step, char *buf,
			  size_t size)
{
	while (val >= step && units[1]) {
		val /= step;
		units++;
	}
	snprintf(buf, size, "%.*f%s", val >= 100 || val == floor(val) ? 0 : val >= 10 ? 1 : 2,
		 val, *units);
	return buf;
}

const char *bytes_text(u64 val, char *buf, size_t size)
{
	static const char *const units[] = { " B", " KiB", " MiB", " GiB", " TiB", " PiB", NULL };

	return scaled((double)val, units, 1024, buf, size);
}

const char *time_text(double ns, char *buf, size_t size)
{
	static const char *const units[] = { " ns", " us", " ms", " s", NULL };

	return scaled(ns, units, 1000, buf, size);
}

const char *count_text(double val, char *buf, size_t size)
{
	static const char *const units[] = { "", " K", " M", " G", " T", " P", NULL };

	return scaled(val, units, 1000, buf, size);
}

static void real_text(double val, enum show how, char *buf, size_t size)
{
	switch (how) {
	case SHOW_PERCENT:
		snprintf(buf, size, "%.1f%%", val * 100);
		break;
	case SHOW_RATE:
	case SHOW_GROUPED:
		if (val >= 0 && val < 0x1p64)
			grouped((u64)round(val), buf, size);
		else
			snprintf(buf, size, "%.3g", val);
		break;
	default:
		snprintf(buf, size, "%.2f", val);
	}
}

/* What a cell says in text. */
void cell_text(const struct cell *c, enum show how, char *buf, size_t size)
{
	switch (c->type) {
	case CELL_U64:
		if (how == SHOW_PLAIN)
			snprintf(buf, size, "%llu", c->num);
		else
			grouped(c->num, buf, size);
		break;
	case CELL_REAL:
		real_text(c->real, how, buf, size);
		break;
	case CELL_STRING:
		snprintf(buf, size, "%s", c->string);
		break;
	case CELL_BOOL:
		snprintf(buf, size, "%s", c->num ? "yes" : "no");
		break;
	case CELL_NONE:
		buf[0] = '\0';
	}
}
