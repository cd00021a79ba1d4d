/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is counted, and how a counter is read. All sources of counters and all
 * who read them share these, and nothing else.
 */
#ifndef CVMSTAT_RECORD_H
#define CVMSTAT_RECORD_H

#include <linux/bits.h>
#include <linux/types.h>
#include <linux/cvmstat.h>
#include <linux/cvmstat_codes.h>

struct pt_regs;

#define CVM_NR_CLASSES	(CVMSTAT_CLASS_AUTO + 1)
#define CVM_ALL_CLASSES	(BIT(CVM_NR_CLASSES) - 1)

/**
 * struct cvm_event - one trap, exit or module call
 * @class: enum cvmstat_class
 * @op: enum cvmstat_op
 * @has_detail: @detail means something
 * @user: raised in user mode
 * @code: reason inside the class
 * @detail: see the table in selftests/testbed/LEDGER.md
 * @rip: instruction pointer behind the event, 0 if there is none
 * @regs: of the trap behind it, NULL if there is none
 */
struct cvm_event {
	u8 class;
	u8 op;
	bool has_detail;
	bool user;
	u64 code;
	u64 detail;
	u64 rip;
	const struct pt_regs *regs;
};

/* BIT(enum cvmstat_class): what is raised in the guest, left for, and called. */
#define CVM_TRAPS	(CVMSTAT_CLASSES_VC | CVMSTAT_CLASSES_VE)
#define CVM_EXITS	(CVMSTAT_CLASSES_VMGEXIT | CVMSTAT_CLASSES_GHCB_MSR | \
			 CVMSTAT_CLASSES_TDVMCALL | CVMSTAT_CLASSES_AUTO)
#define CVM_CALLS	(CVMSTAT_CLASSES_TDCALL | CVMSTAT_CLASSES_SVSM)

/**
 * struct cvm_record - one counter, as it is read
 * @provenance: enum cvmstat_provenance
 * @overflow: events without a detail, RIP or reason, because a table was full
 * @has_cpu: @cpu is wanted
 */
struct cvm_record {
	u8 class;
	u8 op;
	u8 provenance;
	bool has_code;
	bool has_detail;
	bool overflow;
	bool has_cpu;
	u32 cpu;
	u32 tgid;
	u64 code;
	u64 detail;
	u64 rip;
	u64 n[2];
};

typedef int (*cvm_record_fn)(const struct cvm_record *rec, void *arg);

/**
 * typedef cvm_each_fn - walk counters of one CPU
 * @cpu: a possible CPU
 * @classes: BIT(enum cvmstat_class) of those that are wanted
 * @fn: called for each that is not zero; a value other than 0 ends the walk
 * @arg: for @fn
 *
 * One key can come more than once: the caller adds them up.
 *
 * Context: any. Takes no lock.
 * Return: the last value of @fn.
 */
typedef int (*cvm_each_fn)(unsigned int cpu, u32 classes, cvm_record_fn fn,
			   void *arg);

/**
 * struct cvm_source - something that keeps counters
 * @each_reason: walks them by class and reason
 * @each_detail: walks those that have a detail
 *
 * No event is in two of them.
 */
struct cvm_source {
	cvm_each_fn each_reason;
	cvm_each_fn each_detail;
};

#endif /* CVMSTAT_RECORD_H */
