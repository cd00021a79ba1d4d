// SPDX-License-Identifier: GPL-2.0
/*
 * The numbers of the effects come from what Linux does, as the comments say. They
 * are held against emulated guests before and after the change (selftests/study).
 */
#include <math.h>

#include "advise/rules.h"
#include "runs/category.h"

#define UNCHANGED_LOW 0.7
#define UNCHANGED_HIGH 1.4

const struct rule rules[] = {
	{ .id = "idle-poll",
	  .finding = "CPUs halt and are woken again, and each step of that is an exit",
	  .whens = { { "idle", "halt" } },
	  .needs = { { FACT_HALT, FACT_EXITS, 0.1 }, { FACT_HALT, FACT_SECONDS, 50 },
		     { FACT_WAKE_IRQS, FACT_ONE, 0 } },
	  .change = "kernel command line: idle=poll",
	  .price = "idle CPUs run: power, other guests of the host, the sibling thread",
	  /*
	   * A CPU that polls sees work without an IPI (set_nr_if_polling()), and
	   * never stops its tick (cpu_idle_poll() after tick_nohz_idle_restart_tick()).
	   * Work that waited for wake-ups takes less time, and fewer ticks: a tenth
	   * of it is the least that was seen.
	   */
	  .how = "no halts; few IPIs, which woke halted CPUs; a tick on each CPU at all times",
	  .effects = {
		{ "halt", { { FACT_HALT, 0, 0.02 } } },
		{ "ipi", { { FACT_IPI, 0, 0.15 } } },
		{ "timer", { { FACT_TICKS, 0.08, 1.1 } } },
		{ "eoi", { { FACT_EOI_OF_TICKS, 0.08, 1.1 }, { FACT_EOI_OF_DEVICES, 0.7, 1.3 },
			   { FACT_EOI, 0, 0.05 } } },
	  } },
	{ .id = "haltpoll",
	  .finding = "Halts are short: a CPU that polls before it halts is still awake for work",
	  .whens = { { "idle", "halt" } },
	  .needs = { { FACT_HALT, FACT_EXITS, 0.1 }, { FACT_SHORT_PART, FACT_ONE, 0.2 },
		     { FACT_HALT, FACT_SECONDS, 50 } },
	  .change = "kernel command line: cpuidle_haltpoll.force=1 (of a module: modprobe)",
	  .price = "guest_halt_poll_ns of CPU time, at most, each time that a CPU goes idle",
	  /* The governor's poll limit grows from 50 us, and shrinks where it was in vain. */
	  .how = "halts shorter than a poll go, as chance has it (measured after set durations on)",
	  .measured = "halts measured as shorter than a poll go, in an order by chance",
	  .effects = {
		{ "halt", { { FACT_HALT, 1, 1.2 }, { FACT_POLLED_MOST, -1, 0 },
			    { FACT_POLLED_LEAST, 0, -1 } } },
		{ "ipi", { { FACT_IPI, 0.1, 1.2 } } },
		{ "timer", { { FACT_TIMER, 0.4, 1.6 } } },
		{ "eoi", { { FACT_EOI, 0.4, 1.3 } } },
	  } },
	{ .id = "tsc-deadline",
	  .finding = "Timers are set by the APIC's initial count: more exits for each",
	  .whens = { { "tsc_deadline", "no" }, { "platform", "tdx" } },
	  .needs = { { FACT_TIMER, FACT_EXITS, 0.1 }, { FACT_TIMER, FACT_SECONDS, 50 } },
	  .change = "QEMU: -cpu ...,tsc-deadline=on; kernel command line: no lapic=notscdeadline",
	  .price = "none is known",
	  /* A stop masks LVTT and zeroes TMICT, a start writes both: one MSR instead. */
	  .how = "one write for each timer that is set, where there are up to three",
	  .effects = { { "timer", { { FACT_TIMER, 0.3, 0.95 } } } } },
	{ .id = "x2apic",
	  .finding = "The APIC is reached by MMIO: an IPI is three accesses, and three exits",
	  .whens = { { "x2apic", "no" } },
	  .needs = { { FACT_IPI, FACT_EXITS, 0.1 }, { FACT_IPI, FACT_SECONDS, 50 } },
	  .change = "QEMU: -cpu ...,+x2apic; SEV-SNP also has Secure AVIC (host and kernel 6.18)",
	  .price = "none is known",
	  /* default_send_IPI_single_phys(): ICR read, ICR2 and ICR written; one MSR instead. */
	  .how = "a third of the exits for IPIs; timers and ends of interrupts exit as often",
	  .effects = { { "ipi", { { FACT_IPI, 0.25, 0.5 } } } } },
	{ .id = "clocksource",
	  .finding = "Reading the time exits",
	  .needs = { { FACT_CLOCK, FACT_EXITS, 0.05 }, { FACT_CLOCK, FACT_SECONDS, 50 } },
	  .change = "kernel command line: clocksource=tsc tsc=reliable",
	  .price = "the TSC has to be one to trust: Secure TSC, or TDX",
	  .how = "no reads of that clock",
	  .effects = { { "clock", { { FACT_CLOCK, 0, 0.05 } } } } },
	{ .id = "cpuid",
	  .finding = "Something asks CPUID again and again, and the hypervisor answers",
	  .needs = { { FACT_CPUID, FACT_EXITS, 0.05 }, { FACT_CPUID, FACT_SECONDS, 50 } },
	  .change = "cvmstat set rips on && cvmstat rips names the program: have it ask once",
	  .price = "a change of that program",
	  .how = "most of them go",
	  .effects = { { "cpuid", { { FACT_CPUID, 0, 0.3 } } } } },
	{ .id = "console",
	  .finding = "The serial console exits for each byte",
	  .needs = { { FACT_CONSOLE, FACT_EXITS, 0.05 }, { FACT_CONSOLE, FACT_SECONDS, 50 } },
	  .change = "less output (loglevel=4), or a virtio console: console=hvc0",
	  .price = "none, but for those who read it",
	  .how = "most of them go",
	  .effects = { { "console", { { FACT_CONSOLE, 0, 0.3 } } } } },
	{ .id = "bounce-full",
	  .finding = "The bounce buffer was full: transfers failed, those larger than it for ever",
	  .needs = { { FACT_BOUNCE_FAILED, FACT_ONE, 1 } },
	  .change = "kernel command line: swiotlb=SLOTS, of 2 KiB each; 262144 are 512 MiB",
	  .price = "so much memory, which is shared with the host and serves nothing else",
	  .how = "exits stay as they are; throughput is what it limits" },
	{ .id = "page-conversion",
	  .finding = "Pages are converted between private and shared while the workload runs",
	  .needs = { { FACT_PAGES, FACT_EXITS, 0.02 }, { FACT_PAGES, FACT_SECONDS, 10 } },
	  .change = "let drivers keep DMA buffers; accept_memory=eager",
	  .price = "memory that stays shared; a longer boot",
	  .how = "most of them go",
	  .effects = { { "page-state", { { FACT_PAGES, 0, 0.3 } } } } },
	{ .id = "frequency",
	  .finding = "APERF and MPERF are read: the scheduler or a monitor asks for frequencies",
	  .needs = { { FACT_FREQUENCY, FACT_EXITS, 0.02 }, { FACT_FREQUENCY, FACT_SECONDS, 10 } },
	  .change = "a VM without APERFMPERF; or stop what reads cpufreq and /proc/cpuinfo",
	  .price = "frequencies are unknown inside, where they mean little",
	  .how = "all of them go",
	  .effects = { { "other", { { FACT_OTHER, 0.9, 1.1 }, { FACT_FREQUENCY, -1, -0.95 } } } } },
	{ .id = "doorbells",
	  .finding = "Devices are notified for each small piece of work",
	  .needs = { { FACT_DOORBELL, FACT_EXITS, 0.2 }, { FACT_DOORBELL, FACT_SECONDS, 200 } },
	  .change = "larger batches (io_uring, TSO); cvmstat stat -d names the queues",
	  .price = "latency of the first of a batch",
	  .how = "not predicted: it depends on the batch" },
	{ .id = "svsm",
	  .finding = "The SVSM is called while the workload runs",
	  .needs = { { FACT_SVSM, FACT_SECONDS, 10 } },
	  .change = "ask the vTPM less often; accept memory at boot; cvmstat stat -d names calls",
	  .price = "none is known",
	  .how = "not predicted: calls are no exits to the hypervisor" },
	{ .id = "attestation",
	  .finding = "Attestation is asked for again and again",
	  .needs = { { FACT_ATTESTATION, FACT_SECONDS, 1 } },
	  .change = "keep a report as long as who verifies it accepts it",
	  .price = "freshness of the report",
	  .how = "most of them go",
	  .effects = { { "attestation", { { FACT_ATTESTATION, 0, 0.3 } } } } },
};

const size_t rule_count = ARRAY_SIZE(rules);

const struct rule *rule_find(const char *id)
{
	size_t i;

	for (i = 0; i < rule_count; i++)
		if (streq(rules[i].id, id))
			return &rules[i];
	return NULL;
}

static bool applies(const struct when *w, const struct run *r)
{
	char buf[128];
	const char *value = category_value(r, w->category, buf, sizeof(buf));

	return value && streq(value, w->value);
}

/* Whether a rule has something to say of a run. */
bool rule_holds(const struct rule *r, const struct facts *f)
{
	const struct when *w;
	const struct need *n;

	for (w = r->whens; w < r->whens + MOST_WHENS && w->category; w++)
		if (!applies(w, f->run))
			return false;
	for (n = r->needs; n < r->needs + MOST_NEEDS && n->least > 0; n++)
		if (!(f->v[n->of] >= n->least * f->v[n->in]) || !(f->v[n->of] > 0))
			return false;
	return true;
}

/* What a rule's prediction is computed of, of this run. */
const char *rule_how(const struct rule *r, const struct facts *f)
{
	return f->durations && r->measured ? r->measured : r->how;
}

static double at_least_zero(double val)
{
	return val > 0 ? val : 0;
}

static struct range sum_terms(const struct effect *e, const struct facts *f)
{
	struct range range = { 0 };
	const struct term *t;

	for (t = e->terms; t < e->terms + MOST_TERMS; t++) {
		range.low += f->v[t->fact] * t->low;
		range.high += f->v[t->fact] * t->high;
	}
	return (struct range){ at_least_zero(range.low), at_least_zero(range.high) };
}

/*
 * What is counted varies by chance, too: few events by more of their number.
 * 1.645 standard deviations to both sides are 90 %.
 */
static struct range with_chance(struct range r)
{
	r.low -= 1.645 * sqrt(r.low);
	r.high += 1.645 * sqrt(r.high) + 3;
	r.low = at_least_zero(r.low);
	return r;
}

/**
 * rule_predict - exits of a purpose after the change
 * @r: the rule
 * @f: facts of a run before it
 * @purpose: the purpose
 *
 * Return: the 90 % range for the same work.
 */
struct range rule_predict(const struct rule *r, const struct facts *f, const char *purpose)
{
	double now = purpose_count(f, purpose);
	const struct effect *e;

	for (e = r->effects; e < r->effects + MOST_EFFECTS && e->purpose; e++)
		if (streq(e->purpose, purpose))
			return with_chance(sum_terms(e, f));
	return with_chance((struct range){ UNCHANGED_LOW * now, UNCHANGED_HIGH * now });
}

static bool has_purpose(const struct facts *f, const char *purpose)
{
	size_t i;

	for (i = 0; i < f->purposes.n; i++)
		if (streq(f->purposes.v[i].purpose, purpose))
			return true;
	return false;
}

static void add_range(struct range *sum, struct range one)
{
	sum->low += one.low;
	sum->high += one.high;
}

/* All exits after the change: purposes move together, as timers and the ends of ticks do. */
struct range rule_predict_all(const struct rule *r, const struct facts *f)
{
	struct range all = { 0 };
	const struct effect *e;
	size_t i;

	for (i = 0; i < f->purposes.n; i++)
		add_range(&all, rule_predict(r, f, f->purposes.v[i].purpose));
	for (e = r->effects; e < r->effects + MOST_EFFECTS && e->purpose; e++)
		if (!has_purpose(f, e->purpose))
			add_range(&all, rule_predict(r, f, e->purpose));
	return all;
}

/* Below such a part of all CPU time exits are not what is slow. */
#define MATTERS 0.02

/* @part: of CPU time that exits take at most; of a halt that is its way out and back. */
bool exits_matter(const struct facts *f, double *part)
{
	*part = f->v[FACT_CPU_SECONDS] > 0 ?
		f->v[FACT_EXITS] * EXIT_SECONDS / f->v[FACT_CPU_SECONDS] : 0;
	return *part >= MATTERS || f->v[FACT_BOUNCE_FAILED] > 0;
}
