// SPDX-License-Identifier: GPL-2.0
/*
 * Triggers in user mode, made by this program itself. Interrupts go on, and the
 * kernel's exits with them: what is counted is what came from user mode on this
 * CPU, and nothing else runs there that causes exits.
 */
#include <cpuid.h>
#include <errno.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <x86intrin.h>

#include <linux/cvmstat_codes.h>

#include "bench/bench.h"
#include "counts/diff.h"
#include "counts/keep.h"
#include "wire/take.h"

/* As in kernel mode: the POST code's port. */
#define PORT 0x80

/* What the operations need and do not look up while the clock runs. */
static u32 leaf;

static void cpuid_once(void)
{
	u32 a, b, c, d;

	__cpuid_count(leaf, 0, a, b, c, d);
}

static void in_once(void)
{
	inb(PORT);
}

static void out_once(void)
{
	outb(0, PORT);
}

static void local_setup(const struct bench_machine *m)
{
	(void)m;
	leaf = 0;
}

/* The same leaves as in kernel mode. */
static void host_setup(const struct bench_machine *m)
{
	leaf = m->platform == CVMSTAT_PLATFORM_SNP ? 1 : 0x40000000;
}

static const char *no_reason(const struct bench_machine *m)
{
	(void)m;
	return "";
}

static const char *port_why_not(const struct bench_machine *m)
{
	if (m->platform == CVMSTAT_PLATFORM_TDX)
		return "a TD's kernel refuses user mode's port I/O";
	return ioperm(PORT, 1, 1) ? "needs CAP_SYS_RAWIO, and no lockdown" : "";
}

#define SEV_ES BIT(CVMSTAT_PLATFORM_SEV_ES)
#define SEV (SEV_ES | BIT(CVMSTAT_PLATFORM_SNP))
#define TDX BIT(CVMSTAT_PLATFORM_TDX)

static const struct {
	const char *name;
	const char *what;
	const char *(*why_not)(const struct bench_machine *m);
	void (*setup)(const struct bench_machine *m);
	void (*once)(void);
	struct {
		u32 platforms;
		u32 class;
		u64 code;
	} expect[6];
} table[] = {
	{ "user-cpuid-local", "CPUID leaf 0 in user mode", no_reason, local_setup, cpuid_once,
	  { { SEV, CVMSTAT_CLASS_VC, CVMSTAT_SVM_CPUID },
	    { SEV_ES, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_CPUID } } },
	{ "user-cpuid-host", "CPUID in user mode of a leaf that the hypervisor answers", no_reason,
	  host_setup, cpuid_once,
	  { { SEV, CVMSTAT_CLASS_VC, CVMSTAT_SVM_CPUID },
	    { SEV, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_CPUID },
	    { TDX, CVMSTAT_CLASS_VE, CVMSTAT_VE_CPUID },
	    { TDX, CVMSTAT_CLASS_TDVMCALL, CVMSTAT_TDVMCALL_CPUID } } },
	{ "user-in", "IN of one byte from port 0x80 in user mode", port_why_not, NULL, in_once,
	  { { SEV, CVMSTAT_CLASS_VC, CVMSTAT_SVM_IOIO },
	    { SEV, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_IOIO } } },
	{ "user-out", "OUT of one byte to port 0x80 in user mode", port_why_not, NULL, out_once,
	  { { SEV, CVMSTAT_CLASS_VC, CVMSTAT_SVM_IOIO },
	    { SEV, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_IOIO } } },
};

/* All that comes before is done, and nothing that comes after has begun. */
static u64 ordered_tsc(void)
{
	u64 tsc;

	_mm_lfence();
	tsc = __rdtsc();
	_mm_lfence();
	return tsc;
}

static void count(struct bench_run *r, const struct record *rec)
{
	struct cvmstat_bench_count *c = &r->count[r->counts];

	if (rec->cpu != r->machine->cpu || !rec->user || !record_has_code(rec))
		return;
	if (r->counts == ARRAY_SIZE(r->count)) {
		snprintf(r->problem, sizeof(r->problem), "too many reasons were counted");
		return;
	}
	c->class = rec->class;
	c->code = rec->code;
	c->provenance = rec->provenance;
	c->count = rec->user;
	r->counts++;
}

static void counts_take(struct bench_run *r, struct snapshot *s)
{
	if (r->machine->counting)
		snapshot_take(&r->machine->family, s, WANT_BASICS | WANT(COUNTS), true);
}

static void counts_since(struct bench_run *r, struct snapshot *before)
{
	struct snapshot after = { 0 }, d;
	size_t i;

	if (!r->machine->counting)
		return;
	counts_take(r, &after);
	snapshot_diff(before, &after, &d);
	for (i = 0; i < d.counts.n; i++)
		count(r, &d.counts.v[i]);
	r->counted = true;
	snapshot_free(before);
	snapshot_free(&after);
	snapshot_free(&d);
}

static void run(const struct bench_trigger *t, struct bench_run *r)
{
	void (*once)(void) = table[t->index].once;
	struct snapshot before = { 0 };
	u64 start;
	u32 i;

	if (table[t->index].setup)
		table[t->index].setup(r->machine);
	mlock(r->cycles, r->iterations * sizeof(*r->cycles));
	for (i = 0; i < r->warm_up; i++)
		once();
	counts_take(r, &before);
	for (i = 0; i < r->iterations; i++) {
		start = ordered_tsc();
		once();
		r->cycles[i] = ordered_tsc() - start;
	}
	counts_since(r, &before);
	munlock(r->cycles, r->iterations * sizeof(*r->cycles));
}

/* All of them, possible or not. */
void bench_user_triggers(struct bench_machine *m, struct bench_trigger_vec *vec)
{
	struct bench_trigger *t;
	size_t i, e;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		t = bench_trigger_push(vec);
		snprintf(t->name, sizeof(t->name), "%s", table[i].name);
		snprintf(t->what, sizeof(t->what), "%s", table[i].what);
		snprintf(t->why_not, sizeof(t->why_not), "%s", table[i].why_not(m));
		t->user = true;
		t->index = (u32)i;
		t->max_iterations = CVMSTAT_BENCH_MAX_ITERATIONS;
		t->run = run;
		for (e = 0; e < ARRAY_SIZE(table[i].expect); e++) {
			if (m->platform == PLATFORM_UNKNOWN ||
			    !(table[i].expect[e].platforms & BIT(m->platform)))
				continue;
			t->reason[t->reasons].class = table[i].expect[e].class;
			t->reason[t->reasons++].code = table[i].expect[e].code;
		}
	}
}
