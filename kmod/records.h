/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_RECORDS_H
#define CVMSTAT_RECORDS_H

#include "part.h"
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

struct cvm_records *cvm_records_take(cvm_each_fn each,
				     const struct cvm_wanted *wanted);
int cvm_record_fill(struct sk_buff *msg, const struct cvm_record *rec);

/**
 * struct cvm_cell - the beginning of each record that a matrix has
 * @cpu: CPU
 * @has_cpu: @cpu is wanted; else the record is a sum
 */
struct cvm_cell {
	u32 cpu;
	bool has_cpu;
};

/**
 * struct cvm_matrix - counters by row and CPU
 * @rows: how many
 * @size: size of a record
 * @read: fills in a CPU's record, which is zero but for its cell. Return:
 *	whether there is anything in it
 * @add: adds a record to the sum over the CPUs
 */
struct cvm_matrix {
	u32 rows;
	u32 size;
	bool (*read)(unsigned int cpu, unsigned int row, struct cvm_cell *cell);
	void (*add)(struct cvm_cell *sum, const struct cvm_cell *cell);
};

struct cvm_records *cvm_matrix_take(const struct cvm_matrix *matrix,
				    const struct cvm_wanted *wanted);

static inline void *cvm_records_at(struct cvm_records *records, u32 i)
{
	return records->data + (size_t)i * records->size;
}

#endif /* CVMSTAT_RECORDS_H */
