// SPDX-License-Identifier: GPL-2.0
/* Figures as people read them. */
#include <math.h>
#include <time.h>

#include "base/format.h"

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

/* Whatever size it has: four figures of it, or all before the point. */
const char *four_digits(double val, char *buf, size_t size)
{
	if (isnan(val))
		snprintf(buf, size, "?");
	else if (val >= 1000 && val < 1e15)
		grouped((u64)round(val), buf, size);
	else
		snprintf(buf, size, "%.4g", val);
	return buf;
}

/* ISO 8601. */
const char *utc_text(u64 ns, char *buf, size_t size)
{
	time_t seconds = (time_t)(ns / NSEC_PER_SEC);
	char date[32];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf, size, "%s.%09lluZ", date, ns % NSEC_PER_SEC);
	return buf;
}

/* @things: of one of them, the last letter is left out */
const char *plural(u64 n, const char *things, char *buf, size_t size)
{
	char number[32];

	snprintf(buf, size, "%s %.*s", grouped(n, number, sizeof(number)),
		 (int)(strlen(things) - (n == 1)), things);
	return buf;
}
