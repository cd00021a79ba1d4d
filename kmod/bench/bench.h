/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_BENCH_H
#define CVMSTAT_BENCH_H

#include <linux/types.h>
#include <asm/msr.h>
#include <linux/cvmstat_bench.h>
#include <linux/cvmstat_codes.h>

#include "platform.h"

/**
 * struct bench_env - what a run keeps between its calls
 * @mmio: mapped by setup
 * @value: read by setup or begin, put back by the operation or by end
 * @reg: index, port or offset that goes with it
 * @error: set by the operation: ends the run
 */
struct bench_env {
	void __iomem *mmio;
	u64 value;
	u32 reg;
	int error;
};

/**
 * struct bench_expect - reasons that a trigger causes
 * @platforms: CVM_ON_*
 * @n: of @reason that are in use
 * @reason: enum cvmstat_class, and a code of it
 */
struct bench_expect {
	u32 platforms;
	u32 n;
	struct {
		u32 class;
		u64 code;
	} reason[3];
};

#define BENCH_MAX_EXPECT	5

/**
 * struct bench_trigger - one way to cause an exit
 * @name: for users
 * @what: one line for users
 * @flags: CVMSTAT_BENCH_*
 * @sleeps: needs interrupts and the scheduler; else all but setup and teardown
 *	run with interrupts off
 * @max_iterations: fewer than the ABI's, or 0
 * @expect: what it causes, by platform, up to an empty one
 * @why_not: why it is impossible here, or NULL; may be NULL itself
 * @setup: once, with interrupts on; returns 0 or -errno; may be NULL
 * @begin: before some operations in a row, neither timed nor counted; may be
 *	NULL
 * @before: before each operation, not timed; may be NULL
 * @once: the operation, timed by the caller
 * @timed: instead of @once: the operation, which returns its own cycles
 * @end: after what began with @begin: puts back what was changed; may be NULL
 * @teardown: undoes @setup; may be NULL
 */
struct bench_trigger {
	const char *name;
	const char *what;
	u32 flags;
	bool sleeps;
	u32 max_iterations;
	struct bench_expect expect[BENCH_MAX_EXPECT];
	const char *(*why_not)(void);
	int (*setup)(struct bench_env *env);
	void (*begin)(struct bench_env *env);
	void (*before)(struct bench_env *env);
	void (*once)(struct bench_env *env);
	u64 (*timed)(struct bench_env *env);
	void (*end)(struct bench_env *env);
	void (*teardown)(struct bench_env *env);
};

/* Tables end with an entry without a name. */
extern const struct bench_trigger bench_insn_triggers[];
extern const struct bench_trigger bench_io_triggers[];
extern const struct bench_trigger bench_apic_triggers[];
extern const struct bench_trigger bench_cpu_triggers[];
extern const struct bench_trigger bench_memory_triggers[];
extern const struct bench_trigger bench_sev_triggers[];
extern const struct bench_trigger bench_tdx_triggers[];

extern u32 bench_platform;

static inline bool bench_on(u32 platforms)
{
	return platforms & BIT(bench_platform);
}

/* One reason. */
#define BENCH_CAUSES(platforms, class, code) \
	{ platforms, 1, { { class, code } } }

/* A #VC that the handler forwards to the hypervisor. */
#define BENCH_VC_EXIT(vc, nae) \
	{ CVM_ON_SEV, 2, { { CVMSTAT_CLASS_VC, vc }, { CVMSTAT_CLASS_VMGEXIT, nae } } }

/* A #VE, the module call that asks why, and the exit. */
#define BENCH_VE_EXIT(ve, tdvmcall) { CVM_ON_TDX, 3, { \
	{ CVMSTAT_CLASS_VE, ve }, \
	{ CVMSTAT_CLASS_TDCALL, CVMSTAT_TDCALL_VEINFO_GET }, \
	{ CVMSTAT_CLASS_TDVMCALL, tdvmcall }, \
} }

/**
 * struct bench_result - where a run goes
 * @cycles: of each operation; room for all iterations
 * @run: the request; counted and counts are filled in
 * @count: room for CVMSTAT_BENCH_MAX_COUNTS
 */
struct bench_result {
	struct cvmstat_bench_run *run;
	u64 *cycles;
	struct cvmstat_bench_count *count;
};

int bench_run(const struct bench_trigger *trigger, struct bench_result *result);

#endif /* CVMSTAT_BENCH_H */
