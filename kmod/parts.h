/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_PARTS_H
#define CVMSTAT_PARTS_H

#include <linux/types.h>

struct cvm_records;
struct sk_buff;

/* In the order in which a snapshot takes them, and shows them. */
enum cvm_part_id {
	CVM_PART_INFO,
	CVM_PART_CONFIG,
	CVM_PART_COUNT,
	CVM_PART_DETAIL,
	CVM_PART_RECOUNT,
	CVM_PART_RIP,
	CVM_PART_HIST,
	CVM_PART_BOUNCE,
	CVM_PART_IDLE,
	CVM_PART_HOOK,
	CVM_PART_GAP,
	CVM_NR_PARTS
};

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

extern const struct cvm_part cvm_parts[CVM_NR_PARTS];

#endif /* CVMSTAT_PARTS_H */
