/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A part of what the module tells: a list of records, and a function that puts
 * one of them into a message. Each belongs to the source of what it tells; dump.c
 * has the table of all.
 */
#ifndef CVMSTAT_PART_H
#define CVMSTAT_PART_H

#include <linux/types.h>

struct cvm_records;
struct sk_buff;

/**
 * struct cvm_wanted - what a request asks for
 * @classes: BIT(enum cvmstat_class) of those that are wanted
 * @per_cpu: one record for each CPU instead of their sum
 */
struct cvm_wanted {
	u32 classes;
	bool per_cpu;
};

/**
 * struct cvm_part - one part of what the module tells
 * @needs: enum cvmstat_parts that a snapshot must be asked for to have it
 * @nest: attribute of a snapshot that holds one record
 * @take: copy the records; NULL if memory is short
 * @fill: put one record into a message; 0 or -EMSGSIZE
 */
struct cvm_part {
	u32 needs;
	u16 nest;
	struct cvm_records *(*take)(const struct cvm_wanted *wanted);
	int (*fill)(struct sk_buff *msg, const void *record);
};

#endif /* CVMSTAT_PART_H */
