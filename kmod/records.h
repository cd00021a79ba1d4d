/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_RECORDS_H
#define CVMSTAT_RECORDS_H

#include "record.h"

/**
 * struct cvm_records - what a dump shows, taken when it starts
 * @n: number of records
 * @max: how many there is room for
 * @next: the next one to show
 * @size: size of a record
 * @data: the records
 */
struct cvm_records {
	u32 n;
	u32 max;
	u32 next;
	u32 size;
	u8 data[];
};

struct cvm_records *cvm_records_alloc(u32 max, u32 size);
void cvm_records_free(struct cvm_records *records);
void *cvm_records_add(struct cvm_records *records);

struct cvm_records *cvm_records_take(cvm_each_fn each, u32 classes,
				     bool per_cpu);

static inline void *cvm_records_at(struct cvm_records *records, u32 i)
{
	return records->data + (size_t)i * records->size;
}

#endif /* CVMSTAT_RECORDS_H */
