// SPDX-License-Identifier: GPL-2.0
/*
 * What is known of a reason: its code, by the index of its counter, and how its
 * figure comes to be.
 */
#include "reasons.h"

static u8 provenances[CVM_NR_REASONS];

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
