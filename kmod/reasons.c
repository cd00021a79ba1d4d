// SPDX-License-Identifier: GPL-2.0
/*
 * What is known of a reason, by the index of its counter: its code, what its
 * detail is, and how its figure comes to be.
 */
#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/init.h>
#include <linux/kernel.h>

#include "reasons.h"

u8 cvm_details[CVM_NR_REASONS] __ro_after_init;

static u8 provenances[CVM_NR_REASONS];

struct detail_row {
	u8 class;
	u8 detail;
	u64 code;
};

static const struct detail_row detail_rows[] __initconst = CVMSTAT_DETAILS;

/**
 * cvm_reasons_init() - order what the details are by index
 */
void __init cvm_reasons_init(void)
{
	const struct detail_row *row = detail_rows;

	for (; row < detail_rows + ARRAY_SIZE(detail_rows); row++) {
		int index = cvm_reason_index(row->class, row->code);

		/* A new code may want a new range. */
		if (!WARN_ON(index < 0))
			cvm_details[index] = row->detail;
	}
}

static void find(unsigned int index, struct cvm_record *rec)
{
	unsigned int class, i;

	for (class = 0; class < CVM_NR_CLASSES; class++) {
		const struct cvm_reason_range *r = cvm_reasons[class];

		for (i = 0; i < CVM_MAX_RANGES && r[i].n; i++) {
			if (index - r[i].index >= r[i].n)
				continue;
			rec->class = class;
			rec->code = r[i].first + index - r[i].index;
			return;
		}
	}
}

/**
 * cvm_reason_at() - fill in the reason of a record
 * @index: of its counter
 * @rec: the record
 *
 * Context: any.
 */
void cvm_reason_at(unsigned int index, struct cvm_record *rec)
{
	find(index, rec);
	rec->has_code = true;
	rec->provenance = provenances[index];
}

/**
 * cvm_provenance_of() - how the figure of a reason comes to be
 * @class: enum cvmstat_class
 * @code: reason inside the class
 *
 * Return: enum cvmstat_provenance.
 */
u8 cvm_provenance_of(unsigned int class, u64 code)
{
	int index = cvm_reason_index(class, code);

	return index < 0 ? CVMSTAT_PROVENANCE_COUNTED : provenances[index];
}

/**
 * cvm_set_provenance() - lower the standing of a reason
 * @class: enum cvmstat_class
 * @code: reason inside the class
 * @provenance: enum cvmstat_provenance; the weakest of all calls stays
 */
void cvm_set_provenance(unsigned int class, u64 code, u8 provenance)
{
	int index = cvm_reason_index(class, code);

	if (index >= 0 && provenances[index] < provenance)
		provenances[index] = provenance;
}
