/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_ACCOUNT_H
#define CVMSTAT_ACCOUNT_H

#include <linux/cache.h>
#include <linux/percpu.h>
#include <asm/local64.h>
#include <linux/cvmstat.h>
#include <linux/cvmstat_codes.h>

#define CVM_NR_CLASSES	(CVMSTAT_CLASS_AUTO + 1)
#define CVM_ALL_CLASSES	(BIT(CVM_NR_CLASSES) - 1)

/* Counters of hooks, and of reasons that no table knows. */
#define CVM_MAX_HOOKS	40
#define CVM_REST_SLOTS	64

/**
 * struct cvm_event - one trap, exit or module call
 * @class: enum cvmstat_class
 * @op: enum cvmstat_op
 * @has_detail: @detail means something
 * @user: raised in user mode
 * @code: reason inside the class
 * @detail: see the table in selftests/testbed/LEDGER.md
 * @rip: instruction pointer behind the event, 0 if there is none
 */
struct cvm_event {
	u8 class;
	u8 op;
	bool has_detail;
	bool user;
	u64 code;
	u64 detail;
	u64 rip;
};

/* Indexed by user mode. */
struct cvm_pair {
	local64_t n[2];
};

/**
 * struct cvm_slot - one entry of a per-CPU hash table
 * @meta: 0 free, CVM_SLOT_BUSY claimed, else the first half of the key; it
 *	is published after @key and never changes again
 * @key: second half of the key
 * @count: events
 */
struct cvm_slot {
	u64 meta;
	u64 key;
	struct cvm_pair count;
};

#define CVM_SLOT_BUSY	1ULL

/* The whole range of reasons that has a place of its own, see reasons[]. */
#define CVM_NR_REASONS	805

/**
 * struct cvm_cpu - what one CPU counted; nobody else writes it
 * @reason: by place in the table of reasons
 * @overflow: by class, events whose detail found the table full
 * @lost_reason: by class, events of unknown reasons that found @rest full
 * @hits: by hook
 * @rest: reasons that the table of reasons does not know
 * @detail: hash table of details
 */
struct cvm_cpu {
	struct cvm_pair reason[CVM_NR_REASONS];
	struct cvm_pair overflow[CVM_NR_CLASSES];
	struct cvm_pair lost_reason[CVM_NR_CLASSES];
	local64_t hits[CVM_MAX_HOOKS];
	struct cvm_slot rest[CVM_REST_SLOTS] ____cacheline_aligned;
	struct cvm_slot detail[] ____cacheline_aligned;
};

/**
 * struct cvm_record - one counter, as it is read
 * @provenance: enum cvmstat_provenance
 * @overflow: events without a detail (or reason), because a table was full
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
 * struct cvm_config - what is being counted; written by configuration only
 * @classes: BIT(enum cvmstat_class)
 * @details: keep details
 * @rips: keep instruction pointers
 * @latency: keep handler times
 */
struct cvm_config {
	u32 classes;
	bool details;
	bool rips;
	bool latency;
};

extern struct cvm_config cvm_config;
extern unsigned int cvm_detail_slots;
DECLARE_PER_CPU(struct cvm_cpu *, cvm_cpu);

int cvm_account_init(void);
void cvm_account_exit(void);
u64 cvm_account_memory(void);

void cvm_account(const struct cvm_event *ev);

/**
 * cvm_hook_hit() - count a hit of a hook
 * @id: number of the hook
 *
 * Context: any, an NMI included; preemption off.
 */
static __always_inline void cvm_hook_hit(unsigned int id)
{
	local64_inc(&this_cpu_read(cvm_cpu)->hits[id]);
}

u64 cvm_hook_hits(unsigned int id);
u64 cvm_reason_count(unsigned int cpu, unsigned int class, u64 code);

int cvm_reason_index(unsigned int class, u64 code);
void cvm_set_provenance(unsigned int class, u64 code, u8 provenance);
u8 cvm_provenance(unsigned int class, u64 code);
void cvm_reason_at(unsigned int place, struct cvm_record *rec);

int cvm_each_reason(unsigned int cpu, u32 classes, cvm_record_fn fn, void *arg);
int cvm_each_detail(unsigned int cpu, u32 classes, cvm_record_fn fn, void *arg);

#endif /* CVMSTAT_ACCOUNT_H */
