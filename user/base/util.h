/* SPDX-License-Identifier: GPL-2.0 */
/* What every file needs: memory, messages, exit statuses, files of the system. */
#ifndef CVMSTAT_UTIL_H
#define CVMSTAT_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <linux/types.h>

#define __printf(a, b) __attribute__((format(printf, a, b)))
#define __noreturn __attribute__((noreturn))
#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))
#define BIT(n) (1U << (n))

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s64 s64;

#define U64_MAX ((u64)-1)
#define NSEC_PER_SEC 1000000000ULL

/*
 * Exit statuses of cvmstat's own failures. A command run by cvmstat has the
 * low ones to itself, as with env(1) and timeout(1).
 */
enum status {
	ST_OK = 0,
	ST_OUTPUT = 120,	/* the output could not be written */
	ST_PERM = 121,		/* a capability is missing */
	ST_NOMODULE = 122,	/* the module is not loaded, or too old for this */
	ST_CHANGED = 123,	/* the module was reloaded, or did not hold still */
	ST_FAIL = 125,		/* usage, and all other own failures */
	ST_NOEXEC = 126,	/* the command could not be executed */
	ST_NOTFOUND = 127,	/* the command was not found */
};

/**
 * sysroot - put before every path under /sys, /proc and /lib/modules; "" in the
 * shipped command, a folder of recorded files in its tests.
 */
extern const char *sysroot;

/* Called before the last words: top gives the screen back. */
extern void (*before_die)(void);

void die(int status, const char *fmt, ...) __printf(2, 3) __noreturn;
void warn(const char *fmt, ...) __printf(1, 2);
int printed(void);

void *xcalloc(size_t n, size_t size);
char *xstrdup(const char *s);
char *xasprintf(const char *fmt, ...) __printf(1, 2);

/**
 * vec_room - make room for element n of a growing array
 * @v: the array, NULL at first
 * @n: elements in use
 * @cap: elements that there is room for, updated
 * @size: bytes of an element
 *
 * Return: the array, which may have moved; element @n is zeroed.
 */
void *vec_room(void *v, size_t n, size_t *cap, size_t size);

/* A growing array of struct name, and the function that adds one element. */
#define DEFINE_VEC(name)						\
struct name##_vec {							\
	struct name *v;							\
	size_t n, cap;							\
};									\
static inline struct name *name##_push(struct name##_vec *vec)		\
{									\
	vec->v = vec_room(vec->v, vec->n, &vec->cap, sizeof(*vec->v));	\
	return &vec->v[vec->n++];					\
}

/* Numbers of the same thing, one of each run. */
struct u64_vec {
	u64 *v;
	size_t n, cap;
};

static inline void u64_push(struct u64_vec *vec, u64 val)
{
	vec->v = vec_room(vec->v, vec->n, &vec->cap, sizeof(*vec->v));
	vec->v[vec->n++] = val;
}

/* Any of them, whatever it has: they all lie in memory alike. */
struct vec {
	void *v;
	size_t n, cap;
};

static inline struct vec vec_get(const void *any)
{
	struct vec vec;

	memcpy(&vec, any, sizeof(vec));
	return vec;
}

static inline void vec_set(void *any, struct vec vec)
{
	memcpy(any, &vec, sizeof(vec));
}

static inline void *vec_push(struct vec *vec, size_t size)
{
	vec->v = vec_room(vec->v, vec->n, &vec->cap, size);
	return (char *)vec->v + size * vec->n++;
}

static inline bool streq(const char *a, const char *b)
{
	return !strcmp(a, b);
}

/* Sums stay at the top instead of starting again at zero. */
static inline u64 sat_add(u64 a, u64 b)
{
	u64 sum;

	return __builtin_add_overflow(a, b, &sum) ? U64_MAX : sum;
}

u64 now_ns(void);
u64 boot_ns(void);
u64 stamp_ns(void);
u64 wall_ns(void);

FILE *sys_open(const char *fmt, ...) __printf(1, 2);
char *sys_path(const char *fmt, ...) __printf(1, 2);
bool sys_line(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
bool sys_u64(u64 *val, const char *fmt, ...) __printf(2, 3);
bool sys_link(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

#endif
