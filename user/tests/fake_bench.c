// SPDX-License-Identifier: GPL-2.0
/*
 * In the test build, in the place of bench/kernel.c and bench/user.c: triggers
 * of each kind, whose times and counts are always the same.
 * CVMSTAT_TEST_BENCH=none takes the device away, plain makes the guest an
 * ordinary one, in slower each run takes 1000 cycles more than the one before, and
 * inverse has an exit alone take longer than with its exception.
 */
#include <stdlib.h>

#include <linux/cvmstat_codes.h>

#include "bench/bench.h"

static bool is_mode(const char *mode)
{
	const char *given = getenv("CVMSTAT_TEST_BENCH");

	return given && streq(given, mode);
}

void bench_stay_on(u32 cpu)
{
	if (cpu == 9)
		die(ST_FAIL, "CPU %u: no such CPU", cpu);
}

bool bench_kernel_open(struct bench_machine *m, char *why_not, size_t size)
{
	if (is_mode("none")) {
		snprintf(why_not, size, "cvmstat_bench.ko is not loaded (modprobe cvmstat_bench)");
		return false;
	}
	m->platform = is_mode("plain") ? CVMSTAT_PLATFORM_NONE : CVMSTAT_PLATFORM_SNP;
	m->tsc_khz = 2000000;
	return true;
}

static void add(struct bench_run *r, u32 class, u64 code, u64 count, u32 provenance)
{
	r->count[r->counts++] = (struct cvmstat_bench_count){
		.class = class, .code = code, .count = count, .provenance = provenance,
	};
}

/* From far to near, so that somebody has to sort them; the first is far off. */
static void times(struct bench_run *r, u64 base)
{
	u32 i;

	for (i = 0; i < r->iterations; i++)
		r->cycles[i] = base + r->iterations - i;
	r->cycles[0] = 100 * base;
}

static void run_exit(const struct bench_trigger *t, struct bench_run *r)
{
	static u64 slower;

	slower += is_mode("slower") ? 1000 : 0;
	times(r, slower + (r->direct == !is_mode("inverse") ? 6500 : 10000));
	r->counted = true;
	add(r, CVMSTAT_CLASS_VC, CVMSTAT_SVM_CPUID, r->iterations, CVMSTAT_PROVENANCE_COUNTED);
	add(r, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_CPUID, r->iterations,
	    CVMSTAT_PROVENANCE_COUNTED);
	(void)t;
}

static void run_noisy(const struct bench_trigger *t, struct bench_run *r)
{
	times(r, 2500000);
	r->counted = true;
	add(r, CVMSTAT_CLASS_TDCALL, CVMSTAT_TDCALL_PAGE_ACCEPT, r->iterations,
	    CVMSTAT_PROVENANCE_COUNTED);
	add(r, CVMSTAT_CLASS_AUTO, CVMSTAT_SVM_HLT, 1, CVMSTAT_PROVENANCE_INFERRED);
	add(r, CVMSTAT_CLASS_TDVMCALL, CVMSTAT_TDVMCALL_MAP_GPA, 2ULL * r->iterations + 3,
	    CVMSTAT_PROVENANCE_INFERRED);
	(void)t;
}

static void run_unseen(const struct bench_trigger *t, struct bench_run *r)
{
	times(r, 900);
	r->counted = true;
	(void)t;
}

static void run_refused(const struct bench_trigger *t, struct bench_run *r)
{
	snprintf(r->problem, sizeof(r->problem), "the operation was refused");
	(void)t;
}

static struct bench_trigger *trigger(struct bench_trigger_vec *vec, const char *name,
				     const char *what, bench_run_fn run, u32 flags)
{
	struct bench_trigger *t = bench_trigger_push(vec);

	snprintf(t->name, sizeof(t->name), "%s", name);
	snprintf(t->what, sizeof(t->what), "%s", what);
	t->run = run;
	t->flags = flags;
	t->max_iterations = 100;
	return t;
}

static void expect(struct bench_trigger *t, u32 class, u64 code)
{
	t->reason[t->reasons].class = class;
	t->reason[t->reasons++].code = code;
}

void bench_user_triggers(struct bench_machine *m, struct bench_trigger_vec *vec)
{
	struct bench_trigger *t = trigger(vec, "user-cpuid", "CPUID in user mode", run_exit, 0);

	t->user = true;
	expect(t, CVMSTAT_CLASS_VC, CVMSTAT_SVM_CPUID);
	expect(t, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_CPUID);
	(void)m;
}

void bench_kernel_triggers(struct bench_trigger_vec *vec)
{
	struct bench_trigger *t;

	trigger(vec, "convert", "a page to and fro", run_noisy, CVMSTAT_BENCH_NOISY);
	t = trigger(vec, "by-hand", "VMGEXIT, by hand", run_unseen, CVMSTAT_BENCH_UNSEEN);
	expect(t, CVMSTAT_CLASS_GHCB_MSR, CVMSTAT_GHCB_MSR_CPUID);
	trigger(vec, "split", "CPUID in kernel mode", run_exit, CVMSTAT_BENCH_DIRECT);
	trigger(vec, "refused", "fails", run_refused, 0);
	t = trigger(vec, "wbinvd", "WBINVD", run_exit, 0);
	snprintf(t->why_not, sizeof(t->why_not), "it would panic");
}
