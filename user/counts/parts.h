/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of a snapshot: what the module tells, kind by kind. Whoever asks,
 * parses, keeps, compares, subtracts, adds or shows records goes through this
 * table, and knows none of them by name.
 */
#ifndef CVMSTAT_PARTS_H
#define CVMSTAT_PARTS_H

#include "counts/keys.h"
#include "counts/snapshot.h"

/* What an attribute's value is. */
enum field_type {
	FIELD_NONE,		/* it has no place in the record */
	FIELD_UINT,		/* of 1, 4 or 8 bytes */
	FIELD_STRING,
	FIELD_FLAG,		/* there or not: in the record's `has` alone */
	FIELD_ARRAY,		/* of u64 */
};

/* What a number stands for, where it is shown. */
enum field_means {
	MEANS_NUMBER,
	MEANS_HEX,
	MEANS_SWITCH,
	MEANS_CLASSES,
	MEANS_BACKEND,
	MEANS_PROVENANCE,
	MEANS_ANNOUNCEMENT,
	MEANS_IDLE_EXIT,
};

/**
 * struct field - where the value of an attribute is kept
 * @type: enum field_type
 * @means: enum field_means
 * @maybe: shown as unknown, not as 0, if the attribute was not sent
 * @size: of the member
 * @at: its offset in the record
 * @key: what programs know it by; NULL if no loop shows it
 */
struct field {
	u8 type;
	u8 means;
	bool maybe;
	u16 size;
	u32 at;
	const char *key;
};

/* What a difference of two snapshots has of a part. */
enum part_diff {
	DIFF_NONE,
	DIFF_ALL,		/* all of the later one, in the order of its telling */
	DIFF_CHANGED,		/* sorted, and only what counted something */
};

/**
 * struct part - a kind of record
 * @bit: of enum cvmstat_parts; 0 for what cannot be asked for
 * @cmd: the command whose answer, or announcement, it is; 0 for none
 * @nest: the attribute of a snapshot that it is in; 0 for none
 * @dump: @cmd is answered by any number of messages
 * @per_cpu: attribute of @cmd's request that keeps CPUs apart; 0 if there is none
 * @list: a snapshot has any number of them, in a vector; else it has one
 * @at: offset in struct snapshot
 * @size: of a record
 * @fields: by attribute
 * @nfields: of them
 * @order: compares two of them by their keys, as for qsort(3)
 * @counts: what counts, by itself or as an array of u64
 * @ncounts: of them
 * @cpu: attribute that has the CPU of a record; 0 for none
 * @diff: enum part_diff
 * @fades: records may go without a sign of trouble
 * @lacks: what a module does not do that does not know the part
 * @hook: names of hooks that count it, and no class, begin so; NULL for none
 * @feeds: what these count, in words
 */
struct part {
	u32 bit;
	u8 cmd;
	u8 nest;
	u8 per_cpu;
	u8 cpu;
	u8 diff;
	bool dump;
	bool list;
	bool fades;
	u32 at;
	u32 size;
	u32 nfields;
	u32 ncounts;
	const struct field *fields;
	const struct place *counts;
	int (*order)(const void *a, const void *b);
	const char *lacks;
	const char *hook;
	const char *feeds;
};

/* By enum part_id. */
extern const struct part parts[PART_COUNT];

#define for_each_part(p) for (p = parts; p < parts + PART_COUNT; p++)

const struct part *part_of_command(u8 cmd);
const struct part *part_in_nest(int type);
bool part_has_hook(const struct part *p, const struct hook *h);
u32 part_attribute(const struct part *p, const char *key);

/* Bit n is set if attribute n was in the message that a record is from. */
static inline u32 record_has(const void *record)
{
	return *(const u32 *)record;
}

#endif
