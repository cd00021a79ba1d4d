// SPDX-License-Identifier: GPL-2.0
/*
 * A dump shows one moment: the counters are copied, and added up over the
 * CPUs, when it starts, and emitted at the reader's pace.
 */
#include <linux/mm.h>
#include <linux/sched.h>
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
 * They are charged to the memory of who asked for them.
 *
 * Context: process context.
 * Return: the records, none yet; NULL if out of memory.
 */
struct cvm_records *cvm_records_alloc(u32 max, u32 size)
{
	struct cvm_records *records;

	records = kvzalloc(sizeof(*records) + (size_t)max * size, GFP_KERNEL_ACCOUNT);
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

/* Bring the records from one on in order, and add up those that have the same key. */
static void settle(struct cvm_records *records, u32 start)
{
	struct cvm_record *rec = cvm_records_at(records, start);
	u32 n = records->n - start, from, to = 0;

	if (!n)
		return;
	sort(rec, n, records->size, compare, NULL);
	for (from = 1; from < n; from++) {
		if (compare(&rec[to], &rec[from])) {
			rec[++to] = rec[from];
			continue;
		}
		rec[to].n[0] += rec[from].n[0];
		rec[to].n[1] += rec[from].n[1];
	}
	records->n = start + to + 1;
}

/* What new keys may come between the counting and the copying. */
#define HEADROOM	64

/* The records of one CPU are added; false if there is no room for all of them. */
static bool take_one(struct cvm_records *records, cvm_each_fn each,
		     unsigned int cpu, const struct cvm_wanted *wanted)
{
	u32 start = records->n, i;

	if (each(cpu, wanted->classes, add_one, records)) {
		records->n = start;
		return false;
	}
	for (i = start; i < records->n; i++) {
		struct cvm_record *rec = cvm_records_at(records, i);

		rec->has_cpu = wanted->per_cpu;
		if (!wanted->per_cpu)
			rec->cpu = 0;
	}
	settle(records, start);
	return true;
}

static u32 room_for(cvm_each_fn each, unsigned int cpu, u32 classes)
{
	u32 n = HEADROOM;

	each(cpu, classes, count_one, &n);
	return n;
}

/* One CPU's records behind the other's. */
static struct cvm_records *take_each(cvm_each_fn each, const struct cvm_wanted *wanted)
{
	struct cvm_records *records;
	unsigned int cpu;
	u32 room;

again:
	room = 0;
	for_each_possible_cpu(cpu)
		room += room_for(each, cpu, wanted->classes);
	records = cvm_records_alloc(room, sizeof(struct cvm_record));
	if (!records)
		return NULL;
	for_each_possible_cpu(cpu) {
		if (!take_one(records, each, cpu, wanted)) {
			cvm_records_free(records);
			goto again;
		}
		cond_resched();
	}
	return records;
}

/* The records of one CPU. */
static struct cvm_records *take_cpu(cvm_each_fn each, unsigned int cpu,
				    const struct cvm_wanted *wanted)
{
	struct cvm_records *records;

	for (;;) {
		records = cvm_records_alloc(room_for(each, cpu, wanted->classes),
					    sizeof(struct cvm_record));
		if (!records || take_one(records, each, cpu, wanted))
			return records;
		cvm_records_free(records);
	}
}

/* Add what the sum has already. Return: how many it has not, which are left in @more. */
static u32 add_known(struct cvm_records *sum, struct cvm_records *more)
{
	struct cvm_record *to = cvm_records_at(sum, 0), *from = cvm_records_at(more, 0);
	u32 i = 0, k, left = 0;

	for (k = 0; k < more->n; k++) {
		while (i < sum->n && compare(&to[i], &from[k]) < 0)
			i++;
		if (i == sum->n || compare(&to[i], &from[k])) {
			from[left++] = from[k];
			continue;
		}
		to[i].n[0] += from[k].n[0];
		to[i].n[1] += from[k].n[1];
	}
	more->n = left;
	return left;
}

/* Both together, in order; they have no key in common. */
static void join(const struct cvm_records *a, const struct cvm_records *b,
		 struct cvm_records *joined)
{
	const struct cvm_record *x = (const void *)a->data, *y = (const void *)b->data;
	u32 i = 0, k = 0;

	while (i < a->n || k < b->n) {
		bool first = k == b->n || (i < a->n && compare(&x[i], &y[k]) < 0);

		*(struct cvm_record *)cvm_records_add(joined) = first ? x[i++] : y[k++];
	}
}

/* Takes both. */
static struct cvm_records *add_up(struct cvm_records *sum, struct cvm_records *more)
{
	struct cvm_records *joined = sum;

	if (!add_known(sum, more))
		goto out;
	joined = cvm_records_alloc(sum->n + more->n, sizeof(struct cvm_record));
	if (joined)
		join(sum, more, joined);
	cvm_records_free(sum);
out:
	cvm_records_free(more);
	return joined;
}

/* The sum over the CPUs: never more at once than it, and one CPU. */
static struct cvm_records *take_sum(cvm_each_fn each, const struct cvm_wanted *wanted)
{
	struct cvm_records *sum = cvm_records_alloc(0, sizeof(struct cvm_record)), *more;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (!sum)
			break;
		more = take_cpu(each, cpu, wanted);
		if (!more) {
			cvm_records_free(sum);
			return NULL;
		}
		sum = add_up(sum, more);
		cond_resched();
	}
	return sum;
}

/**
 * cvm_records_take() - copy counters
 * @each: what to copy
 * @wanted: what the request asks for
 *
 * Where there are many CPUs, and all tables are full, what is sorted at once are
 * the records of one.
 *
 * Context: process context.
 * Return: the records, or NULL if memory is short.
 */
struct cvm_records *cvm_records_take(cvm_each_fn each,
				     const struct cvm_wanted *wanted)
{
	return wanted->per_cpu ? take_each(each, wanted) : take_sum(each, wanted);
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
