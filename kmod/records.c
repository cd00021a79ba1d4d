// SPDX-License-Identifier: GPL-2.0
/*
 * A dump shows one moment: the counters are copied, and added up over the
 * CPUs, when it starts, and emitted at the reader's pace.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <net/netlink.h>

#include "records.h"

/**
 * cvm_records_alloc() - room for records
 * @max: how many there can be
 * @size: bytes of each
 *
 * Context: process context.
 * Return: the records, none yet; NULL if out of memory.
 */
struct cvm_records *cvm_records_alloc(u32 max, u32 size)
{
	struct cvm_records *records;

	records = kvzalloc(sizeof(*records) + (size_t)max * size, GFP_KERNEL);
	if (!records)
		return NULL;
	records->max = max;
	records->size = size;
	return records;
}

/**
 * cvm_records_free() - give records back
 * @records: may be NULL
 */
void cvm_records_free(struct cvm_records *records)
{
	kvfree(records);
}

/**
 * cvm_records_add() - take the next free record
 * @records: the records
 *
 * Return: the record, or NULL if there is no room.
 */
void *cvm_records_add(struct cvm_records *records)
{
	if (records->n == records->max)
		return NULL;
	return cvm_records_at(records, records->n++);
}

static int count_one(const struct cvm_record *rec, void *arg)
{
	(*(u32 *)arg)++;
	return 0;
}

static int add_one(const struct cvm_record *rec, void *arg)
{
	struct cvm_record *copy = cvm_records_add(arg);

	if (!copy)
		return -ENOSPC;
	*copy = *rec;
	return 0;
}

static int order(u64 a, u64 b)
{
	return a < b ? -1 : a > b;
}

static int compare(const void *left, const void *right)
{
	const struct cvm_record *a = left, *b = right;

	return order(a->class, b->class) ?: order(a->overflow, b->overflow) ?:
	       order(a->has_code, b->has_code) ?: order(a->code, b->code) ?:
	       order(a->op, b->op) ?: order(a->detail, b->detail) ?:
	       order(a->rip, b->rip) ?: order(a->tgid, b->tgid) ?:
	       order(a->cpu, b->cpu);
}

/* Add up records that have the same key. */
static void merge(struct cvm_records *records)
{
	struct cvm_record *rec = cvm_records_at(records, 0);
	u32 from, to = 0;

	if (!records->n)
		return;
	for (from = 1; from < records->n; from++) {
		if (compare(&rec[to], &rec[from])) {
			rec[++to] = rec[from];
			continue;
		}
		rec[to].n[0] += rec[from].n[0];
		rec[to].n[1] += rec[from].n[1];
	}
	records->n = to + 1;
}

/* What new keys may come between the counting and the copying. */
#define HEADROOM	64

static struct cvm_records *copy(cvm_each_fn each, u32 classes, u32 room)
{
	struct cvm_records *records;
	unsigned int cpu;

	records = cvm_records_alloc(room, sizeof(struct cvm_record));
	if (!records)
		return ERR_PTR(-ENOMEM);
	for_each_possible_cpu(cpu) {
		if (!each(cpu, classes, add_one, records))
			continue;
		cvm_records_free(records);
		return ERR_PTR(-ENOSPC);
	}
	return records;
}

/**
 * cvm_records_take() - copy counters
 * @each: what to copy
 * @wanted: what the request asks for
 *
 * Return: the records, or NULL if memory is short.
 */
struct cvm_records *cvm_records_take(cvm_each_fn each,
				     const struct cvm_wanted *wanted)
{
	struct cvm_records *records;
	unsigned int cpu;
	u32 i, n;

	do {
		n = HEADROOM;
		for_each_possible_cpu(cpu)
			each(cpu, wanted->classes, count_one, &n);
		records = copy(each, wanted->classes, n);
	} while (records == ERR_PTR(-ENOSPC));
	if (IS_ERR(records))
		return NULL;

	for (i = 0; i < records->n; i++) {
		struct cvm_record *rec = cvm_records_at(records, i);

		rec->has_cpu = wanted->per_cpu;
		if (!wanted->per_cpu)
			rec->cpu = 0;
	}
	sort(cvm_records_at(records, 0), records->n, records->size, compare,
	     NULL);
	merge(records);
	return records;
}

/**
 * cvm_record_fill() - put what all counters have into a message
 * @msg: the message
 * @rec: the counter
 *
 * Return: 0 or -EMSGSIZE.
 */
int cvm_record_fill(struct sk_buff *msg, const struct cvm_record *rec)
{
	if (nla_put_u32(msg, CVMSTAT_A_COUNT_CLASS, rec->class) ||
	    (rec->has_cpu && nla_put_u32(msg, CVMSTAT_A_COUNT_CPU, rec->cpu)) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_COUNT_KERNEL, rec->n[0],
			      CVMSTAT_A_COUNT_PAD) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_COUNT_USER, rec->n[1],
			      CVMSTAT_A_COUNT_PAD))
		return -EMSGSIZE;
	if (rec->overflow && nla_put_flag(msg, CVMSTAT_A_COUNT_OVERFLOW))
		return -EMSGSIZE;
	if (!rec->has_code)
		return 0;
	return nla_put_u64_64bit(msg, CVMSTAT_A_COUNT_CODE, rec->code,
				 CVMSTAT_A_COUNT_PAD);
}

/* One record for each CPU, or their sum; there is room for one more. */
static void take_row(const struct cvm_matrix *matrix, unsigned int row,
		     bool per_cpu, struct cvm_records *records)
{
	struct cvm_cell *sum = NULL;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct cvm_cell *cell = cvm_records_at(records, records->n);

		memset(cell, 0, matrix->size);
		cell->cpu = cpu;
		cell->has_cpu = per_cpu;
		if (!matrix->read(cpu, row, cell))
			continue;
		if (sum && !per_cpu) {
			matrix->add(sum, cell);
			continue;
		}
		sum = cell;
		records->n++;
	}
}

/**
 * cvm_matrix_take() - copy counters that are a matrix
 * @matrix: what to copy
 * @wanted: what the request asks for
 *
 * Return: the records, or NULL if memory is short.
 */
struct cvm_records *cvm_matrix_take(const struct cvm_matrix *matrix,
				    const struct cvm_wanted *wanted)
{
	struct cvm_records *records;
	unsigned int row;

	records = cvm_records_alloc(matrix->rows *
				    (wanted->per_cpu ? num_possible_cpus() : 1) + 1,
				    matrix->size);
	for (row = 0; records && row < matrix->rows; row++)
		take_row(matrix, row, wanted->per_cpu, records);
	return records;
}
