/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the boot of this guest took: by phase from a kernel that counts, or what
 * the log of another one still tells.
 */
#ifndef CVMSTAT_GUEST_BOOT_H
#define CVMSTAT_GUEST_BOOT_H

#include <linux/cvmstat.h>

#include "base/util.h"

/* Room for more than any kernel has. */
#define BOOT_PHASES 8

struct boot_phase {
	char name[16];
	bool timed;
	u64 ns;
};

/**
 * struct boot_count - one counter in one phase, all CPUs together
 * @phase: number of the phase
 * @class: as the module calls it
 * @op: enum cvmstat_op
 * @has_detail: @detail means something
 * @overflow: a reason that has details, without one
 */
struct boot_count {
	unsigned int phase;
	char class[16];
	u64 code;
	u64 detail;
	u64 count;
	u32 op;
	bool has_detail;
	bool overflow;
	bool user;
};

#define BOOT_PAGE_OPS (CVMSTAT_PAGE_OP_SHARED + 1)

/* @op: enum cvmstat_page_op */
struct boot_pages {
	unsigned int phase;
	u64 op;
	u64 size;
	u64 pages;
};

DEFINE_VEC(boot_count)
DEFINE_VEC(boot_pages)

/* None that knows of boots, one that refuses, one that tells what there is: maybe nothing. */
enum boot_module { BOOT_MODULE_NONE, BOOT_MODULE_REFUSES, BOOT_MODULE_TELLS };

/**
 * struct boot - all that is known of it
 * @counted: by the kernel; else @counts and @pages are empty
 * @lost: the beginning of the log is gone
 * @logged: there is a log to be read, if only its end
 * @error: why the kernel's file could not be read, an errno
 * @debugfs: it is mounted, as far as we may see
 * @module: what that made of the question
 * @off: the kernel could count, and was told not to (cvm_exits=off)
 * @console_lines: of the log, that went to a serial console
 * @console_bytes: the same
 */
struct boot {
	bool counted;
	bool lost;
	bool logged;
	int error;
	bool debugfs;
	enum boot_module module;
	bool off;
	unsigned int nphases;
	struct boot_phase phases[BOOT_PHASES];
	struct boot_count_vec counts;
	struct boot_pages_vec pages;
	u64 console_lines;
	u64 console_bytes;
};

bool boot_read(struct boot *b);
void boot_log_read(struct boot *b);
unsigned int boot_phase(struct boot *b, const char *name);
void boot_free(struct boot *b);

bool boot_unaccepted(u64 *bytes);
bool boot_memory(u64 *bytes);

#endif
