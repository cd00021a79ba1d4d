/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_ENDS_H
#define CVMSTAT_ENDS_H

#include <linux/fprobe.h>
#include <linux/kprobes.h>

#include "hook.h"

struct cvm_ends_point;

/*
 * At a function's entry and at its return. By fprobe, where its callers have
 * interrupts on or can be preempted: while a handler of a return probe runs, the
 * kernel drops what other probes of this CPU are hit by, and what comes in an
 * interrupt is so lost. fprobe is used where it is built on rethook and keeps data
 * of a call (Linux 6.6 to 6.13): before it cannot, and later it gives every task
 * a stack for it.
 */
extern const struct cvm_backend cvm_ends_fprobe;
extern const struct cvm_backend cvm_ends_kretprobe;

/**
 * struct cvm_ends - a function whose two ends are hooked
 * @point: what is done there
 * @hook: whose it is; NULL before
 * @kretprobe: the kernel's, or
 * @fprobe: this
 */
struct cvm_ends {
	const struct cvm_ends_point *point;
	const struct cvm_hook *hook;
	union {
		struct kretprobe kretprobe;
		struct fprobe fprobe;
	};
};

/**
 * struct cvm_ends_point - what is done at a function's two ends
 * @ends: the function
 * @size: bytes that are kept of a call
 * @entered: keeps them
 * @returned: has what was kept, and the function's return value
 * @begin: before it attaches. Return: 0 or -errno
 * @end: after each that has begun, when no handler runs any more
 * @hits: calls that were counted
 *
 * Context of @entered and @returned: as of the function, which is not called in
 * an NMI, and without preemption.
 */
struct cvm_ends_point {
	struct cvm_ends *ends;
	size_t size;
	void (*entered)(void *call, const struct pt_regs *regs);
	void (*returned)(const void *call, unsigned long value);
	int (*begin)(void);
	void (*end)(void);
	u64 (*hits)(void);
};

#endif /* CVMSTAT_ENDS_H */
