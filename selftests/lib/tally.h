/* SPDX-License-Identifier: GPL-2.0 */
/* What the module tells of each reason: its count, and what its records add up to. */
#ifndef CVMSTAT_TEST_TALLY_H
#define CVMSTAT_TEST_TALLY_H

#include <stddef.h>

#include "nl.h"

/**
 * struct tally_reason - the records of one reason
 * @first: its count, before they were read
 * @second: after that
 * @records: those that have a detail, or an instruction pointer
 * @lost: those that have none, as a table was full
 */
struct tally_reason {
	__u32 class;
	__u64 code;
	__u64 first;
	__u64 second;
	__u64 records;
	__u64 lost;
};

#define TALLY_MAX	256

/**
 * struct tally - all reasons
 * @nameless: losses that no reason has
 */
struct tally {
	struct tally_reason v[TALLY_MAX];
	size_t n;
	__u64 nameless;
};

/**
 * tally_read() - counts, records, counts
 * @cmd: of the records: CVMSTAT_CMD_DETAIL_GET or CVMSTAT_CMD_RIP_GET
 *
 * Return: 0 or -errno.
 */
int tally_read(struct nl *nl, __u8 cmd, struct tally *tally);

/** tally_of() - the reason, all zero if there is none */
struct tally_reason tally_of(const struct tally *tally, __u32 class, __u64 code);

/**
 * tally_gaps() - reasons whose records do not add up to them; says which
 * @before: what had been lost or not kept before; NULL: nothing
 */
unsigned int tally_gaps(const struct tally *before, const struct tally *tally);

#endif /* CVMSTAT_TEST_TALLY_H */
