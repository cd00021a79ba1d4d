/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/*
 * cvmstat_bench.ko: causes one reason for an exit, again and again, on the CPU
 * of the caller, and tells what each time took and what cvmstat.ko counted.
 *
 * The character device /dev/cvmstat_bench needs CAP_SYS_ADMIN in the initial
 * namespace: a trigger executes privileged instructions with interrupts off,
 * flushes caches, wakes other CPUs. Structures are of one size on all
 * architectures; reserved fields must be zero.
 */
#ifndef _UAPI_LINUX_CVMSTAT_BENCH_H
#define _UAPI_LINUX_CVMSTAT_BENCH_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define CVMSTAT_BENCH_DEVICE	"cvmstat_bench"

/* Raised when a program that uses the device would have to be changed. */
#define CVMSTAT_BENCH_ABI	2

#define CVMSTAT_BENCH_NAME_LEN		24
#define CVMSTAT_BENCH_TEXT_LEN		128
#define CVMSTAT_BENCH_MAX_REASONS	8
#define CVMSTAT_BENCH_MAX_COUNTS	64
#define CVMSTAT_BENCH_MAX_ITERATIONS	100000

/**
 * struct cvmstat_bench_machine - what this guest is
 * @abi: CVMSTAT_BENCH_ABI of the module
 * @platform: enum cvmstat_platform
 * @tsc_khz: cycles of a millisecond
 * @triggers: how many there are, possible here or not
 */
struct cvmstat_bench_machine {
	__u32 abi;
	__u32 platform;
	__u32 tsc_khz;
	__u32 triggers;
};

/* cvmstat.ko has no hook where this trigger traps or exits. */
#define CVMSTAT_BENCH_UNSEEN	(1U << 0)
/* Interrupts are on for a while; what they cause then is in the counts. */
#define CVMSTAT_BENCH_NOISY	(1U << 1)
/* What of it is the exit can be told: see @direct of struct cvmstat_bench_run. */
#define CVMSTAT_BENCH_DIRECT	(1U << 2)

/**
 * struct cvmstat_bench_reason - a reason for an exit, a trap or a module call
 * @code: of enum cvmstat_class @class
 */
struct cvmstat_bench_reason {
	__u32 class;
	__u32 reserved;
	__u64 code;
};

/**
 * struct cvmstat_bench_trigger - what a trigger does
 * @index: in: which one, from 0
 * @flags: CVMSTAT_BENCH_*
 * @max_iterations: that it may be run in a row
 * @reasons: of @reason that are in use
 * @name: for users
 * @what: one line
 * @why_not: why it cannot be run on this CPU now; empty if it can
 * @reason: what it causes on this platform, as far as cvmstat.ko has a name
 */
struct cvmstat_bench_trigger {
	__u32 index;
	__u32 flags;
	__u32 max_iterations;
	__u32 reasons;
	char name[CVMSTAT_BENCH_NAME_LEN];
	char what[CVMSTAT_BENCH_TEXT_LEN];
	char why_not[CVMSTAT_BENCH_TEXT_LEN];
	struct cvmstat_bench_reason reason[CVMSTAT_BENCH_MAX_REASONS];
};

/**
 * struct cvmstat_bench_count - what cvmstat.ko counted on the CPU
 * @provenance: enum cvmstat_provenance
 */
struct cvmstat_bench_count {
	__u32 class;
	__u32 provenance;
	__u64 code;
	__u64 count;
};

/**
 * struct cvmstat_bench_run - run a trigger
 * @index: in: which one
 * @iterations: in: how often, from 1 to its max_iterations
 * @warm_up: in: how often before that, neither timed nor counted
 * @cpu: out: where it ran
 * @counted: out: cvmstat.ko was loaded, so that @counts is meaningful
 * @counts: out: of @count that were filled in
 * @cycles: in: address of __u64[@iterations], filled with TSC cycles
 * @count: in: address of CVMSTAT_BENCH_MAX_COUNTS elements
 * @direct: in: 1: @cycles are those of the exit alone, of a trigger that has
 *	CVMSTAT_BENCH_DIRECT: in a TD the same request is made by a TDCALL without a
 *	#VE before it; under SEV the trigger is run, and what is timed is the call of
 *	the VMGEXIT in its #VC. 0: the whole operation
 *
 * The caller must be bound to one CPU. Fails with EINVAL for a wrong argument,
 * EOPNOTSUPP where why_not says why, EINTR by a signal, EBUSY if another CPU
 * does not do as is needed, ETIMEDOUT if it does not answer, EIO if the
 * operation itself was refused, EOVERFLOW for more reasons than fit.
 */
struct cvmstat_bench_run {
	__u32 index;
	__u32 iterations;
	__u32 warm_up;
	__u32 cpu;
	__u32 counted;
	__u32 counts;
	__u64 cycles;
	__u64 count;
	__u32 direct;
	__u32 reserved;
};

#define CVMSTAT_BENCH_MACHINE	_IOR('V', 0xe0, struct cvmstat_bench_machine)
#define CVMSTAT_BENCH_TRIGGER	_IOWR('V', 0xe1, struct cvmstat_bench_trigger)
#define CVMSTAT_BENCH_RUN	_IOWR('V', 0xe2, struct cvmstat_bench_run)

#endif /* _UAPI_LINUX_CVMSTAT_BENCH_H */
