/* SPDX-License-Identifier: GPL-2.0 */
/* Module and ledger held against each other over what a test does. */
#ifndef CVMSTAT_TEST_AGREE_H
#define CVMSTAT_TEST_AGREE_H

#include <stdbool.h>

#include "ledger.h"

struct agree {
	int ret;
	struct counts ledger[2], module[2];
};

/** agree_possible() - is there a ledger here, and something that is in it? */
bool agree_possible(void);

/**
 * agree_before() - take the counts of both while the guest stands still
 * @label: of the ledger's mark, not used before
 */
void agree_before(struct agree *agree, const char *label);

/**
 * agree_fold() - leave out of a ledger what a kernel that counts itself does not keep
 *
 * The number of a hypercall, VMMCALL being one reason, and what is written to an ICR.
 * With any other kernel nothing.
 */
void agree_fold(struct counts *ledger);

/**
 * agree_after() - the same, and say where they differ in what came between
 * @out_of_reach: may this key have less in the module? NULL: none may
 *
 * Return: whether they agree.
 */
bool agree_after(struct agree *agree, const char *label,
		 bool (*out_of_reach)(const struct count *key));

#endif /* CVMSTAT_TEST_AGREE_H */
