/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The library of causes: each way to make a guest trap, exit or call, once.
 * cvmstat_bench.ko times them, the test bed's module (selftests/testbed/guest/
 * trigger/) drives them between two marks of the ledger.
 */
#ifndef CVMSTAT_CAUSE_H
#define CVMSTAT_CAUSE_H

#include <linux/types.h>
#include <linux/cvmstat_bench.h>
#include <linux/cvmstat_codes.h>

#include "platform.h"

/**
 * struct cause_env - what a cause keeps between its calls
 * @arg: what it is about: leaf, MSR, port, address, code
 * @mmio: mapped by setup
 * @value: read by setup or begin, put back by the operation or by end
 * @mode: of what @value goes with
 * @error: set by the operation, which was refused
 */
struct cause_env {
	u64 arg;
	void __iomem *mmio;
	u64 value;
	u32 mode;
	int error;
};

/**
 * struct cause_expect - reasons that a cause has for an effect
 * @platforms: CVM_ON_*
 * @n: of @reason that are in use
 * @reason: enum cvmstat_class, and a code of it
 */
struct cause_expect {
	u32 platforms;
	u32 n;
	struct {
		u32 class;
		u64 code;
	} reason[3];
};

#define CAUSE_MAX_EXPECT	5

/**
 * struct cause - one way to cause an exit
 * @name: for users
 * @what: one line for users: it is a micro-benchmark; NULL: it needs an
 *	argument, or nobody wants to know what it costs
 * @arg: where none is given
 * @platforms: CVM_ON_* where its instructions exist; 0: everywhere
 * @flags: CVMSTAT_BENCH_*
 * @sleeps: needs interrupts and the scheduler; else all but setup and teardown
 *	run with interrupts off
 * @max_iterations: fewer than the ABI's, or 0
 * @twin: name of the cause that makes the same request without a trap, of the same
 *	@cause_env; NULL if there is none
 * @expect: what a micro-benchmark causes, by platform, up to an empty one
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
struct cause {
	const char *name;
	const char *what;
	u64 arg;
	u32 platforms;
	u32 flags;
	bool sleeps;
	u32 max_iterations;
	const char *twin;
	struct cause_expect expect[CAUSE_MAX_EXPECT];
	const char *(*why_not)(void);
	int (*setup)(struct cause_env *env);
	void (*begin)(struct cause_env *env);
	void (*before)(struct cause_env *env);
	void (*once)(struct cause_env *env);
	u64 (*timed)(struct cause_env *env);
	void (*end)(struct cause_env *env);
	void (*teardown)(struct cause_env *env);
};

/* Tables end with an entry without a name. */
extern const struct cause causes_insn[];
extern const struct cause causes_io[];
extern const struct cause causes_apic[];
extern const struct cause causes_cpu[];
extern const struct cause causes_memory[];
extern const struct cause causes_kvm[];
extern const struct cause causes_sev[];
extern const struct cause causes_svsm[];
extern const struct cause causes_tdx[];

/* enum cvmstat_platform of this guest. */
extern u32 cause_platform;

static inline bool cause_on(u32 platforms)
{
	return platforms & BIT(cause_platform);
}

void cause_init(void);
const struct cause *cause_find(const struct cause *table, const char *name);
const struct cause *cause_named(const char *name);
const struct cause *cause_benchmark(u32 index);
const char *cause_why_not(const struct cause *cause);
const struct cause *cause_twin(const struct cause *cause);
bool cause_exits_in_vc(const struct cause *cause);

/* A setup and a teardown for those that need a page: env->value. */
int cause_take_page(struct cause_env *env);
void cause_give_page_back(struct cause_env *env);

/* One reason. */
#define CAUSES(platforms, class, code) \
	{ platforms, 1, { { class, code } } }

/* A #VC that the handler forwards to the hypervisor. */
#define CAUSES_VC_EXIT(vc, nae) \
	{ CVM_ON_SEV, 2, { { CVMSTAT_CLASS_VC, vc }, { CVMSTAT_CLASS_VMGEXIT, nae } } }

/* A #VE, the module call that asks why, and the exit. */
#define CAUSES_VE_EXIT(ve, tdvmcall) { CVM_ON_TDX, 3, { \
	{ CVMSTAT_CLASS_VE, ve }, \
	{ CVMSTAT_CLASS_TDCALL, CVMSTAT_TDCALL_VEINFO_GET }, \
	{ CVMSTAT_CLASS_TDVMCALL, tdvmcall }, \
} }

#endif /* CVMSTAT_CAUSE_H */
