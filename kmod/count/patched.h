/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_PATCHED_H
#define CVMSTAT_PATCHED_H

#include "record.h"

/**
 * struct cvm_boot_event - what a phase of the boot had of one kind of events, or
 *	of pages whose state changed
 * @is_pages: @code is what was done to them (enum cvmstat_page_op), @detail the
 *	size of each
 * @code: reason inside @class
 * @detail: of the reason
 * @class: enum cvmstat_class
 * @op: enum cvmstat_op
 * @has_detail: @detail means something
 * @overflow: the reason has a detail, but it was not kept
 * @user: raised in user mode
 */
struct cvm_boot_event {
	u64 code;
	u64 detail;
	u64 count;
	u8 class;
	u8 op;
	bool is_pages;
	bool has_detail;
	bool overflow;
	bool user;
};

int cvm_patched_start(void);
void cvm_patched_stop(void);

u32 cvm_patched_classes(void);
bool cvm_patched_counts(unsigned int class, bool has_code, u64 code);
u64 cvm_patched_hits(void);
u64 cvm_patched_missed(void);
u32 cvm_patched_phases(void);
u64 cvm_patched_phase_ns(u32 phase);
bool cvm_patched_next(u32 phase, u32 *slot, struct cvm_boot_event *event);

extern const struct cvm_source cvm_patched_source;

#endif /* CVMSTAT_PATCHED_H */
