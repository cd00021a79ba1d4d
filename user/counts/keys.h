/* SPDX-License-Identifier: GPL-2.0 */
/* Members of a record, listed by what they are for; and the order that a list makes. */
#ifndef CVMSTAT_KEYS_H
#define CVMSTAT_KEYS_H

#include "base/util.h"

/**
 * struct place - a member of a record
 * @at: its offset
 * @size: 0 for a string
 * @mask: of its bits those that count, if it is a u32
 */
struct place {
	u16 at;
	u16 size;
	u32 mask;
};

#define SIZE_OF(record, member) sizeof(((struct record *)0)->member)
#define PLACE(record, member) { offsetof(struct record, member), SIZE_OF(record, member), -1U }
#define STRING_PLACE(record, member) { offsetof(struct record, member), 0, 0 }
/* Attributes whose mere presence makes another key: `has` comes first in each record. */
#define PRESENCE(bits) { 0, sizeof(u32), bits }

static inline int compare_u64(u64 a, u64 b)
{
	return a < b ? -1 : a > b;
}

static __always_inline int
compare_place(const struct place *p, const char *a, const char *b)
{
	switch (p->size) {
	case 8:
		return compare_u64(*(const u64 *)a, *(const u64 *)b);
	case 4:
		return compare_u64(*(const u32 *)a & p->mask, *(const u32 *)b & p->mask);
	case 1:
		return compare_u64(*(const u8 *)a, *(const u8 *)b);
	default:
		return strcmp(a, b);
	}
}

/*
 * Compare by one member after the other. Of a list that is known when this is
 * compiled nothing is left but the comparisons: a snapshot has many records.
 */
static __always_inline int
compare_places(const struct place *list, size_t n, const char *a, const char *b)
{
	size_t i;
	int rc;

#pragma GCC unroll 16
	for (i = 0; i < n; i++) {
		rc = compare_place(&list[i], a + list[i].at, b + list[i].at);
		if (rc)
			return rc;
	}
	return 0;
}

/* The order of a kind of record, after its list of keys. */
#define DEFINE_ORDER(record)							\
static int record##_order(const void *a, const void *b)			\
{										\
	return compare_places(record##_keys, ARRAY_SIZE(record##_keys), a, b);	\
}

#endif
