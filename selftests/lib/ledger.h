/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The test bed's ledger (testbed/LEDGER.md), read back by the guest, and the
 * module's counters of the same instant (freeze/cvmstat_freeze.c).
 */
#ifndef CVMSTAT_TEST_LEDGER_H
#define CVMSTAT_TEST_LEDGER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#define CLASS_LEN	16
#define DETAIL_LEN	24

/* Names and numbers as both write them. */
struct count {
	char class[CLASS_LEN];
	__u64 code;
	char detail[DETAIL_LEN];	/* "-": none */
	char op;
	__u64 n;
};

/* Each (class, code, detail, op) once, all vCPUs together, in order. */
struct counts {
	struct count *v;
	size_t n;
	size_t room;
};

/**
 * ledger_present() - does a test bed take marks and give them back?
 *
 * Writes to the mark port: only for guests that were found confidential.
 */
bool ledger_present(void);

/**
 * ledger_mark() - a mark, and the ledger's state
 *
 * Return: 0 or -errno.
 */
int ledger_mark(const char *label, struct counts *ledger);

/**
 * ledger_freeze() - a mark and the module's counters while nothing else runs
 * @label: not used before
 * @ledger: the hypervisor's counts
 * @module: the module's; read at once, taken with the mark
 *
 * Needs cvmstat_freeze.ko. Return: 0 or -errno.
 */
int ledger_freeze(const char *label, struct counts *ledger,
		  struct counts *module);

/** counts_find() - the count of this key, or NULL */
const struct count *counts_find(const struct counts *counts,
				const struct count *key);

/** counts_value() - how many of this key; 0 where there is none */
__u64 counts_value(const struct counts *counts, const struct count *key);

/** counts_total() - how many in all; @which: of those alone, NULL: of any */
__u64 counts_total(const struct counts *counts, bool (*which)(const struct count *count));

/** count_is_halt() - the exit of an idle CPU, of any platform */
bool count_is_halt(const struct count *count);

/** counts_since() - what @after has more than @before, without zeros */
void counts_since(const struct counts *before, const struct counts *after,
		  struct counts *diff);

/**
 * counts_add() - add to one count; counts_sort() must follow
 */
void counts_add(struct counts *counts, const struct count *count);

/** counts_sort() - bring them in order, and equal keys together */
void counts_sort(struct counts *counts);

/** count_name() - "class code detail op", in a static buffer */
const char *count_name(const struct count *count);

#endif /* CVMSTAT_TEST_LEDGER_H */
