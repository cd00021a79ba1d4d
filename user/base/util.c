// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"

const char *sysroot = "";
void (*before_die)(void);

static void message(const char *fmt, va_list ap)
{
	fflush(stdout);
	fputs("cvmstat: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	fflush(stderr);
}

/**
 * die - say one line on stderr and exit
 * @status: one of enum status
 * @fmt: the line, without newline
 */
void die(int status, const char *fmt, ...)
{
	va_list ap;

	if (before_die)
		before_die();
	va_start(ap, fmt);
	message(fmt, ap);
	va_end(ap);
	exit(status);
}

void warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(fmt, ap);
	va_end(ap);
}

/* The status after a text on standard output: it may not have got there. */
int printed(void)
{
	if (fflush(stdout) || ferror(stdout))
		die(ST_OUTPUT, "cannot write output: %s", strerror(errno));
	return ST_OK;
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (!p)
		die(ST_FAIL, "out of memory");
	return p;
}

char *xstrdup(const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		die(ST_FAIL, "out of memory");
	return copy;
}

static char *vformat(const char *fmt, va_list ap)
{
	char *s;

	if (vasprintf(&s, fmt, ap) < 0)
		die(ST_FAIL, "out of memory");
	return s;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = vformat(fmt, ap);
	va_end(ap);
	return s;
}

void *vec_room(void *v, size_t n, size_t *cap, size_t size)
{
	if (n == *cap) {
		*cap = *cap ? *cap * 2 : 16;
		v = reallocarray(v, *cap, size);
		if (!v)
			die(ST_FAIL, "out of memory");
	}
	memset((char *)v + n * size, 0, size);
	return v;
}

static char *sys_vpath(const char *fmt, va_list ap)
{
	char *rel = vformat(fmt, ap);
	char *path = xasprintf("%s%s", sysroot, rel);

	free(rel);
	return path;
}

/* Path of a system file, to be freed. */
char *sys_path(const char *fmt, ...)
{
	va_list ap;
	char *path;

	va_start(ap, fmt);
	path = sys_vpath(fmt, ap);
	va_end(ap);
	return path;
}

static FILE *sys_vopen(const char *fmt, va_list ap)
{
	char *path = sys_vpath(fmt, ap);
	FILE *f = fopen(path, "re");

	free(path);
	return f;
}

FILE *sys_open(const char *fmt, ...)
{
	va_list ap;
	FILE *f;

	va_start(ap, fmt);
	f = sys_vopen(fmt, ap);
	va_end(ap);
	return f;
}

static bool read_line(FILE *f, char *buf, size_t size)
{
	bool ok;

	if (!f)
		return false;
	ok = fgets(buf, (int)size, f);
	fclose(f);
	if (ok)
		buf[strcspn(buf, "\n")] = '\0';
	return ok;
}

/* First line of a system file, without its newline; false if there is none. */
bool sys_line(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	FILE *f;

	va_start(ap, fmt);
	f = sys_vopen(fmt, ap);
	va_end(ap);
	return read_line(f, buf, size);
}

/* A number in a system file, decimal or with 0x. */
bool sys_u64(u64 *val, const char *fmt, ...)
{
	char buf[64], *end;
	va_list ap;
	FILE *f;

	va_start(ap, fmt);
	f = sys_vopen(fmt, ap);
	va_end(ap);
	if (!read_line(f, buf, sizeof(buf)))
		return false;
	errno = 0;
	*val = strtoull(buf, &end, 0);
	return !errno && end != buf;
}

/* Last component of what a symbolic link points to. */
bool sys_link(char *buf, size_t size, const char *fmt, ...)
{
	char target[512], *path, *base;
	va_list ap;
	ssize_t n;

	va_start(ap, fmt);
	path = sys_vpath(fmt, ap);
	va_end(ap);
	n = readlink(path, target, sizeof(target) - 1);
	free(path);
	if (n < 0)
		return false;
	target[n] = '\0';
	base = strrchr(target, '/');
	snprintf(buf, size, "%s", base ? base + 1 : target);
	return true;
}
