// SPDX-License-Identifier: GPL-2.0
/* Names, figures and differences, one by one. Prints TAP. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/cvmstat_codes.h>
#include <linux/perf_event.h>

#include "base/format.h"
#include "bench/bench.h"
#include "counts/diff.h"
#include "counts/keep.h"
#include "counts/series.h"
#include "counts/settle.h"
#include "counts/trouble.h"
#include "names/hypercall.h"
#include "names/kallsyms.h"
#include "names/maps.h"
#include "names/names.h"
#include "names/place.h"
#include "names/sym.h"
#include "out/out.h"
#include "out/table.h"

static int tests, failures;

static void check(bool ok, const char *what, const char *got)
{
	tests++;
	failures += !ok;
	printf("%s %d %s: %s\n", ok ? "ok" : "not ok", tests, what, got);
}

static void same(const char *got, const char *want)
{
	check(streq(got, want), want, got);
}

#define HAS(attr) BIT(CVMSTAT_A_COUNT_##attr)

static void test_details(void)
{
	static const struct {
		u32 class;
		u64 code;
		u32 op;
		u64 detail;
		const char *want;
	} cases[] = {
		{ CVMSTAT_CLASS_VC, CVMSTAT_SVM_CPUID, 0, 0xd, "leaf 0xd (XSAVE)" },
		{ CVMSTAT_CLASS_VC, CVMSTAT_SVM_CPUID, 0, 0x777, "leaf 0x777" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_MSR, 1, 0x10, "TSC 0x10 read" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_MSR, 2, 0x80b, "x2APIC EOI 0x80b write" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_MSR, 2, 0x838, "x2APIC TMICT 0x838 write" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_MSR, 1, 0x839, "x2APIC TMCCT 0x839 read" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_MSR, 2, 0x83e, "x2APIC TDCR 0x83e write" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_MSR, 2, 0x83f, "x2APIC SELF-IPI 0x83f write" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_MSR, 1, 0x813, "x2APIC ISR 0x813 read" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_MSR, 1, 0xdead, "MSR 0xdead read" },
		{ CVMSTAT_CLASS_TDVMCALL, 32, 0, 0x6e0, "TSC_DEADLINE 0x6e0" },
		{ CVMSTAT_CLASS_VE, 31, 0, 0x1b, "APIC_BASE 0x1b" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_IOIO, 2, 0x70, "RTC index 0x70 write" },
		{ CVMSTAT_CLASS_VE, 30, 1, 0xcfc, "PCI data 0xcfc read" },
		{ CVMSTAT_CLASS_TDVMCALL, 30, 1, 0x608, "ACPI PM_TMR 0x608 read" },
		{ CVMSTAT_CLASS_VE, 30, 1, 0x3f6, "IDE1 0x3f6 read" },
		{ CVMSTAT_CLASS_VE, 30, 1, 0x9999, "port 0x9999 read" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_IOIO, 2, 0xc050,
		  "virtio-blk 0000:00:04.0 notify 0xc050 write" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_IOIO, 2, 0xc060,
		  "virtio-blk 0000:00:04.0 BAR0 0xc060 write" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_MMIO_WRITE, 0, 0xfee000b0,
		  "LAPIC EOI 0xfee000b0" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_MMIO_WRITE, 0, 0xfee00310,
		  "LAPIC ICR2 0xfee00310" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_MMIO_WRITE, 0, 0xfee00ff0,
		  "LAPIC +0xff0 0xfee00ff0" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_MMIO_READ, 0, 0xfec00010,
		  "IOAPIC IOWIN 0xfec00010" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_MMIO_READ, 0, 0xfed000f0,
		  "HPET COUNTER 0xfed000f0" },
		{ CVMSTAT_CLASS_VE, 48, 0, 0xfebf3010,
		  "virtio-net 0000:00:03.0 notify 0xfebf3010" },
		{ CVMSTAT_CLASS_VE, 48, 0, 0xfebf2000,
		  "virtio-net 0000:00:03.0 config 0xfebf2000" },
		{ CVMSTAT_CLASS_VE, 48, 0, 0xfebf1000, "virtio-net 0000:00:03.0 isr 0xfebf1000" },
		{ CVMSTAT_CLASS_VE, 48, 0, 0xfebf0014,
		  "virtio-net 0000:00:03.0 common 0xfebf0014" },
		{ CVMSTAT_CLASS_VE, 48, 0, 0xfea5000c,
		  "virtio-net 0000:00:03.0 MSI-X table 0xfea5000c" },
		{ CVMSTAT_CLASS_VE, 48, 0, 0xfea50100, "virtio-net 0000:00:03.0 BAR1 0xfea50100" },
		{ CVMSTAT_CLASS_TDVMCALL, 48, 2, 0xfeb80018,
		  "e1000 0000:00:05.0 BAR0 0xfeb80018 write" },
		{ CVMSTAT_CLASS_VE, 48, 0, 0xfec80100, "inner-thing 0xfec80100" },
		{ CVMSTAT_CLASS_VE, 48, 0, 0xfec80000, "thing-mmio 0xfec80000" },
		{ CVMSTAT_CLASS_VE, 48, 0, 0xc0000000, "0xc0000000" },
		{ CVMSTAT_CLASS_TDVMCALL, CVMSTAT_TDVMCALL_VENDOR, 0, 11, "hypercall 0xb" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_VMMCALL, 0, 5, "hypercall 0x5" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_MSR, 2, 0x000000fd00000830,
		  "x2APIC ICR 0x830 write: reschedule to one" },
		{ CVMSTAT_CLASS_TDVMCALL, CVMSTAT_TDVMCALL_WRMSR, 0, 0x000c08fc00000830,
		  "x2APIC ICR 0x830: call function to all others" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_MMIO_WRITE, 0, 0x00000400fee00300,
		  "LAPIC ICR 0xfee00300: NMI to one" },
		{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_MMIO_WRITE, 0, 0xfee00300,
		  "LAPIC ICR 0xfee00300" },
		{ 77, 1, 0, 0x1234, "0x1234" },
	};
	char buf[NAME_BYTES];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct record r = { .has = HAS(CODE) | HAS(DETAIL), .class = cases[i].class,
				    .code = cases[i].code, .op = cases[i].op,
				    .detail = cases[i].detail };

		same(detail_label(&r, buf, sizeof(buf)), cases[i].want);
	}
}

static void test_icr(void)
{
	static const struct { u32 icr; const char *want; } cases[] = {
		{ 0x000000fd, "reschedule to one" }, { 0x000008fc, "call function to some" },
		{ 0x000400f6, "IRQ work to itself" }, { 0x000800f8, "reboot to all" },
		{ 0x000c00fb, "call function single to all others" },
		{ 0x00000400, "NMI to one" }, { 0x00004500, "INIT to one" },
		{ 0x00000608, "startup to one" }, { 0x00000041, "vector 0x41 to one" },
		{ 0x000000ec, "local timer to one" },
	};
	char buf[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		same(icr_text(cases[i].icr, buf, sizeof(buf)), cases[i].want);
}

static void test_hypercalls(void)
{
	static const struct {
		const char *hypervisor;
		u64 number;
		const char *want;
	} cases[] = {
		{ "kvm", 5, "KVM_HC_KICK_CPU" }, { "kvm", 10, "KVM_HC_SEND_IPI" },
		{ "kvm", 12, "KVM_HC_MAP_GPA_RANGE" }, { "kvm", 0x10000000a, "" },
		{ "hyperv", 0xb, "HVCALL_SEND_IPI" },
		{ "hyperv", 0x000100000002 | 7ULL << 48, "HVCALL_FLUSH_VIRTUAL_ADDRESS_SPACE" },
		{ "hyperv", 0x1005d, "HVCALL_SIGNAL_EVENT" }, { "hyperv", 0xffff, "" },
		{ "", 10, "" },
	};
	char buf[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		setenv("CVMSTAT_TEST_HYPERVISOR", cases[i].hypervisor, 1);
		hypercall_learn();
		if (!hypercall_name(cases[i].number, false, buf, sizeof(buf)))
			buf[0] = '\0';
		same(buf, cases[i].want);
	}
}

static void test_reasons(void)
{
	char buf[NAME_BYTES];

	same(reason_label(CVMSTAT_CLASS_VC, true, 0x72, buf, sizeof(buf)), "#VC cpuid");
	same(reason_label(CVMSTAT_CLASS_VMGEXIT, true, 0x72, buf, sizeof(buf)), "cpuid");
	same(reason_label(CVMSTAT_CLASS_VMGEXIT, true, CVMSTAT_VMGEXIT_HYPERV, buf, sizeof(buf)),
	     "hyperv-hypercall");
	same(reason_label(CVMSTAT_CLASS_GHCB_MSR, true, 0x14, buf, sizeof(buf)),
	     "GHCB-MSR page-state-change");
	same(reason_label(CVMSTAT_CLASS_TDCALL, true, 6, buf, sizeof(buf)),
	     "TDCALL mem-page-accept");
	same(reason_label(CVMSTAT_CLASS_SVSM, true, 2ULL << 32 | 1, buf, sizeof(buf)),
	     "SVSM vtpm-command");
	same(reason_label(CVMSTAT_CLASS_SVSM, true, 9ULL << 32 | 1, buf, sizeof(buf)), "SVSM 9:1");
	same(reason_label(CVMSTAT_CLASS_AUTO, true, 0x78, buf, sizeof(buf)), "hlt");
	same(reason_label(CVMSTAT_CLASS_VE, false, 0, buf, sizeof(buf)), "ve (other reasons)");
	same(reason_label(200, true, 0x1f, buf, sizeof(buf)), "class-200 0x1f");
	same(kind_name(class_kind(CVMSTAT_CLASS_SVSM)), "call");
	same(kind_name(class_kind(200)), "?");
	same(backend_name(3), "ftrace");
	same(backend_name(99), "backend-99");
}

static void test_figures(void)
{
	struct cell real = { .type = CELL_REAL };
	char buf[64], tiny[4];

	same(grouped(0, buf, sizeof(buf)), "0");
	same(grouped(999, buf, sizeof(buf)), "999");
	same(grouped(1000, buf, sizeof(buf)), "1,000");
	same(grouped(U64_MAX, buf, sizeof(buf)), "18,446,744,073,709,551,615");
	same(grouped(1234567, tiny, sizeof(tiny)), "1,2");
	real.real = 0x1.08p63;
	cell_text(&real, SHOW_GROUPED, buf, sizeof(buf));
	same(buf, "9,511,602,413,006,487,552");
	real.real = 0x1.8p63;
	cell_text(&real, SHOW_GROUPED, buf, sizeof(buf));
	same(buf, "13,835,058,055,282,163,712");
	real.real = 0x1p64;
	cell_text(&real, SHOW_GROUPED, buf, sizeof(buf));
	same(buf, "1.84e+19");
	same(bytes_text(0, buf, sizeof(buf)), "0 B");
	same(bytes_text(13002342, buf, sizeof(buf)), "12.4 MiB");
	same(bytes_text(U64_MAX, buf, sizeof(buf)), "16384 PiB");
	same(count_text(1.21e9, buf, sizeof(buf)), "1.21 G");
	same(count_text(999, buf, sizeof(buf)), "999");
}

/* What a terminal has no room for is cut at its edge; no version of the library decides it. */
static void test_table(void)
{
	static const struct column columns[] = {
		{ NULL, "n", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
		{ NULL, "long text", IN_TEXT | COL_TRUNC, SHOW_PLAIN },
	};
	static const struct { int width; const char *want; } cases[] = {
		{ 0, " n  long text| 7  abc de-fghijklm|" },
		{ 17, " n  long text| 7  abc de-fghijk|" },
		{ 16, " n  long text| 7  abc de-fghij|" },
		{ 9, " n  long text| 7  abc d|" },
		{ 3, " n  long text| 7  abc|" },
	};
	struct sheet s = SHEET("s", columns);
	char *text;
	size_t i, size;
	FILE *f;

	put_u64(&s, 7);
	put_string(&s, "abc de-fghijklm");
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		f = open_memstream(&text, &size);
		text_table(f, &s, cases[i].width, false);
		fclose(f);
		while (strchr(text, '\n'))
			*strchr(text, '\n') = '|';
		same(text, cases[i].want);
		free(text);
	}
	sheet_free(&s);
}

static void add(struct record_vec *vec, u64 code, u64 kernel)
{
	struct record *r = record_push(vec);

	r->has = HAS(CODE);
	r->class = CVMSTAT_CLASS_VMGEXIT;
	r->code = code;
	r->kernel = kernel;
}

static void expect(u64 got, u64 want, const char *what)
{
	char text[64];

	snprintf(text, sizeof(text), "%llu, wanted %llu", got, want);
	check(got == want, what, text);
}

static void test_diff(void)
{
	struct snapshot a = { .ns = 5 }, b = { .ns = 9 }, d;

	add(&a.counts, 3, 100);
	add(&a.counts, 1, U64_MAX - 2);
	add(&a.counts, 2, 50);
	add(&b.counts, 2, 50);
	add(&b.counts, 4, 7);
	add(&b.counts, 1, 3);
	add(&b.counts, 3, 101);
	snapshot_diff(&a, &b, &d);
	expect(d.counts.n, 3, "what did not change is left out");
	expect(d.counts.v[0].kernel, 6, "a counter that wrapped");
	expect(d.counts.v[1].kernel, 1, "a counter that grew");
	expect(d.counts.v[2].kernel, 7, "a counter that is new");
	expect(d.ns, 4, "time");
	expect(d.trouble, 0, "no trouble");
	*record_push(&d.counts) = (struct record){ 0 };
	snapshot_free(&d);
	b.counts.n = 0;
	snapshot_diff(&a, &b, &d);
	expect(d.trouble, TROUBLE_BACKWARDS, "records that vanished");
	snapshot_free(&d);
	b.info.generation = 1;
	b.info.online_cpus = 1;
	b.config.rips = 1;
	add(&b.counts, 3, 2);
	snapshot_diff(&a, &b, &d);
	expect(d.trouble, TROUBLE_RELOADED | TROUBLE_CPUS | TROUBLE_CONFIG, "a reload");
	expect(d.counts.v[0].kernel, 2, "counts since a reload");
	snapshot_free(&d);
	snapshot_free(&a);
	snapshot_free(&b);
}

/* What a row of the table must have for the loops that go over it. */
static void test_parts(void)
{
	u32 bits = 0, attr, i;
	const struct part *p;
	bool ok;

	for_each_part(p) {
		ok = !(bits & p->bit) && (!p->cmd || part_of_command(p->cmd) == p) &&
		     (!p->nest || part_in_nest(p->nest) == p);
		for (attr = 0; attr < p->nfields; attr++)
			ok &= p->fields[attr].at + p->fields[attr].size <= p->size;
		for (i = 0; i < p->ncounts; i++)
			ok &= p->counts[i].size && p->counts[i].size % sizeof(u64) == 0;
		if (p->diff == DIFF_CHANGED)
			ok &= p->list && p->order && p->ncounts;
		if (p->diff == DIFF_ALL && p->ncounts)
			ok &= !!p->order;
		bits |= p->bit;
		check(ok, "a part's row", p->fields ? "" : "no fields");
	}
	expect(bits & (bits + 1), 0, "a part of the spec without a row, among those that have one");
}

static void add_hook(struct snapshot *s, const char *name, u64 hits)
{
	struct hook *h = hook_push(&s->hooks);

	snprintf(h->name, sizeof(h->name), "%s", name);
	h->hits = hits;
}

static void test_add(void)
{
	struct snapshot a = { 0 }, b = { 0 }, d, sum = { 0 };
	int run;

	add_hook(&a, "z", 5);
	add_hook(&b, "z", 7);
	add_hook(&b, "a", U64_MAX);
	*idle_push(&b.idles) = (struct idle){ .state = 1, .entries = 3 };
	for (run = 0; run < 2; run++) {
		snapshot_diff(&a, &b, &d);
		snapshot_add(&sum, &d, WANT(HOOKS));
		snapshot_free(&d);
	}
	expect(sum.hooks.n, 2, "hooks, once each");
	same(sum.hooks.v[0].name, "z");
	expect(sum.hooks.v[0].hits, 4, "hits of two runs");
	expect(sum.hooks.v[1].hits, U64_MAX, "a sum stays at the top");
	expect(sum.idles.n, 0, "what nobody wants is not added");
	expect(snapshot_sum(&b, &parts[PART_IDLES], CVMSTAT_A_AROUND_IDLE_ENTRIES, 0,
			    BIT(CVMSTAT_A_AROUND_IDLE_POLLING)), 3, "halted");
	expect(snapshot_sum(&b, &parts[PART_IDLES], CVMSTAT_A_AROUND_IDLE_ENTRIES,
			    BIT(CVMSTAT_A_AROUND_IDLE_POLLING), 0), 0, "polled");
	snapshot_free(&sum);
	snapshot_free(&a);
	snapshot_free(&b);
}

static void test_settle(void)
{
	struct record_vec first = { 0 }, details = { 0 }, second = { 0 };

	add(&first, 1, U64_MAX - 3);
	add(&first, 2, 10);
	add(&details, 1, U64_MAX - 5);
	add(&details, 1, 7);
	add(&details, 2, 9);
	add(&second, 3, 5);
	add(&second, 2, 11);
	add(&second, 1, 4);
	counts_settle(&first, &details, &second);
	expect(second.v[0].kernel, 5, "a reason without details keeps its total");
	expect(second.v[1].kernel, 11, "details that are too few are not the total");
	expect(second.v[2].kernel, 1, "the sum of details that wrapped");
	free(first.v);
	free(details.v);
	free(second.v);
}

static void test_series(void)
{
	static const u64 runs[] = { 2, 4, 4, 4, 5, 5, 7, 9 };
	struct series s = { 0 };
	struct record_vec vec;
	char text[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(runs); i++) {
		vec = (struct record_vec){ 0 };
		if (i == 3)
			add(&vec, 1, 8);
		add(&vec, 2, runs[i]);
		series_add(&s, &vec);
		free(vec.v);
	}
	snprintf(text, sizeof(text), "%.3f %.3f", row_mean(&s, &s.rows.v[1]),
		 row_stddev(&s, &s.rows.v[1]));
	same(text, "5.000 2.138");
	snprintf(text, sizeof(text), "%.3f %.3f", row_mean(&s, &s.rows.v[0]),
		 row_stddev(&s, &s.rows.v[0]));
	same(text, "1.000 2.828");
	series_free(&s);
}

static void near(double got, double want, const char *what)
{
	char buf[64];

	snprintf(buf, sizeof(buf), "%.6f, wanted %.6f", got, want);
	check(fabs(got - want) < 0.000001, what, buf);
}

/* Worked out by hand; t by a table of Student's distribution. */
static void test_bench_stats(void)
{
	u64 one[] = { 7 }, five[] = { 9, 1, 3, 100, 2 }, four[] = { 4, 2, 8, 6 }, many[1000];
	struct bench_stats s;
	size_t i;

	bench_stats(one, 1, &s);
	near(s.min, 7, "minimum of one");
	near(s.median, 7, "median of one");
	near(s.p99, 7, "p99 of one");
	check(isnan(s.ci95), "no confidence from one", "");

	bench_stats(five, 5, &s);
	near(s.min, 1, "minimum");
	near(s.median, 3, "median of an odd number");
	near(s.p99, 100, "p99 of few is the greatest");
	near(s.mean, 23, "mean");
	/* s^2 = (196 + 484 + 400 + 5929 + 441) / 4 = 1862.5; t(4) = 2.776 */
	near(s.ci95, 2.776 * sqrt(1862.5 / 5), "95 % by Student's t");

	bench_stats(four, 4, &s);
	near(s.median, 5, "median of an even number");

	for (i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = 1000 - i;
	bench_stats(many, ARRAY_SIZE(many), &s);
	near(s.median, 500.5, "median of many");
	near(s.p99, 990, "p99 by nearest rank");
	near(s.mean, 500.5, "mean of many");
	/* Variance of 1..n: n (n + 1) / 12 */
	near(s.ci95, (1.96 + 2.4 / 999) * sqrt(1000. * 1001 / 12 / 1000), "95 % of many");
	bench_stats(many, 100, &s);
	near(s.p99, 99, "p99 of a hundred");
	/* t(99) = 1.9842 by the table. */
	check(fabs(s.ci95 / sqrt(100. * 101 / 12 / 100) - 1.9842) < 0.003, "95 % of a hundred", "");
	bench_stats(many, 101, &s);
	near(s.p99, 100, "p99 of a hundred and one");
}

/* A record as the kernel writes it: its time is at the end. */
static size_t put_record(char *to, u32 type, u16 misc, const void *body, size_t len,
			 const char *name, u64 time)
{
	struct perf_event_header header = { .type = type, .misc = misc };
	size_t name_len = name ? (strlen(name) + 8) / 8 * 8 : 0;
	size_t size = sizeof(header) + len + name_len + sizeof(time);

	memset(to, 0, size);
	header.size = (u16)size;
	memcpy(to, &header, sizeof(header));
	memcpy(to + sizeof(header), body, len);
	if (name)
		memcpy(to + sizeof(header) + len, name, strlen(name));
	memcpy(to + size - sizeof(time), &time, sizeof(time));
	return size;
}

static size_t put_mmap(char *to, u32 pid, u64 addr, u64 len, u64 offset, const char *file, u64 time)
{
	struct {
		u32 pid, tid;
		u64 addr, len, pgoff, device, ino, generation, prot_flags;
	} body = { pid, pid, addr, len, offset, 0, 0, 0, 0 };

	return put_record(to, PERF_RECORD_MMAP2, 0, &body, sizeof(body), file, time);
}

static size_t put_exec(char *to, u32 pid, const char *name, u64 time)
{
	u32 body[2] = { pid, pid };

	return put_record(to, PERF_RECORD_COMM, PERF_RECORD_MISC_COMM_EXEC, body, sizeof(body),
			  name, time);
}

static size_t put_ksymbol(char *to, u64 addr, u32 len, const char *name, u16 flags, u64 time)
{
	struct {
		u64 addr;
		u32 len;
		u16 type, flags;
	} body = { addr, len, PERF_RECORD_KSYMBOL_TYPE_BPF, flags };

	return put_record(to, PERF_RECORD_KSYMBOL, 0, &body, sizeof(body), name, time);
}

static size_t put_fork_or_exit(char *to, u32 type, u32 pid, u32 parent, u64 time)
{
	struct {
		u32 pid, ppid, tid, ptid;
		u64 time;
	} body = { pid, parent, pid, parent, time };

	return put_record(to, type, 0, &body, sizeof(body), NULL, time);
}

static size_t put_fork(char *to, u32 pid, u32 parent, u64 time)
{
	return put_fork_or_exit(to, PERF_RECORD_FORK, pid, parent, time);
}

/* The mapping of this program that holds an address, from the kernel. */
static bool own_mapping(u64 addr, u64 *start, u64 *end, u64 *offset)
{
	FILE *f = fopen("/proc/self/maps", "re");
	unsigned long long first, last, at;
	char line[512];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f)) {
		found = sscanf(line, "%llx-%llx %*s %llx", &first, &last, &at) == 3 &&
			addr >= first && addr < last;
		*start = first;
		*end = last;
		*offset = at;
	}
	if (f)
		fclose(f);
	return found;
}

/* Processes that are gone: what they executed, copied and mapped. */
static void test_maps(void)
{
	u64 here = (u64)(uintptr_t)own_mapping, start, end, offset, moved = 1ULL << 40;
	char buf[4096], path[512], name[512];
	size_t n = 0;

	path[readlink("/proc/self/exe", path, sizeof(path) - 1)] = '\0';
	check(own_mapping(here, &start, &end, &offset), "a mapping of the test", "");
	/* As two CPUs would tell it: not in order. 70 executes, 71 is a copy, 72 executes. */
	n += put_mmap(buf + n, 70, moved, end - start, offset, path, 20);
	n += put_exec(buf + n, 72, "other", 31);
	n += put_exec(buf + n, 70, "first", 10);
	n += put_fork(buf + n, 72, 71, 25);
	n += put_fork(buf + n, 71, 70, 21);
	n += put_mmap(buf + n, 72, 0x5000, 0x1000, 0, "//anon", 32);
	maps_feed(buf, n);
	maps_apply();
	same(sym_process(70, name, sizeof(name)), "first/70");
	same(sym_process(71, name, sizeof(name)), "first/71");
	same(sym_process(72, name, sizeof(name)), "other/72");
	same(sym_process(4194303, name, sizeof(name)), "4194303 (gone)");
	same(sym_user(70, here - start + moved + 1, name, sizeof(name)), "own_mapping+0x1 (unit)");
	same(sym_user(71, here - start + moved, name, sizeof(name)), "own_mapping+0x0 (unit)");
	same(sym_user(72, 0x5010, name, sizeof(name)), "anon+0x10");
	check(!maps_find(72, moved), "an exec forgets the mappings of before", "");
	check(!maps_find(70, moved + end - start), "behind a mapping", "");

	/* It is forgotten not in the round of its end, and not in the next. */
	n = put_fork_or_exit(buf, PERF_RECORD_EXIT, 70, 1, 35);
	maps_feed(buf, n);
	maps_apply();
	sym_forget();
	maps_forget();
	same(sym_process(70, name, sizeof(name)), "first/70");
	check(maps_find(70, moved), "gone in this round", "");
	maps_forget();
	check(!maps_find(70, moved) && !maps_command(70), "gone for a round", "");
	same(sym_user(72, 0x5010, name, sizeof(name)), "anon+0x10");

	/* What no kernel writes: no record is read beyond its end. */
	n = put_exec(buf, 80, "cut", 40);
	maps_feed(buf, n - 1);
	buf[6] = 0;
	buf[7] = 0;
	maps_feed(buf, n);
	n = put_record(buf, PERF_RECORD_MMAP2, 0, "", 0, NULL, 41);
	maps_feed(buf, n);
	maps_apply();
	check(!maps_command(80), "records that are not whole", "");
}

/* Code that the kernel made: what is there now, and what was. */
static void test_made_code(void)
{
	u64 at = 0xffffffffc0100000;
	char buf[1024], name[128];
	size_t n = 0;

	n += put_ksymbol(buf + n, at, 0x2100, "bpf_prog_a", 0, 1);
	n += put_ksymbol(buf + n, at + 0x3000, 0x40, "bpf_prog_b", 0, 2);
	n += put_ksymbol(buf + n, at + 0x3000, 0x40, "bpf_prog_b",
			 PERF_RECORD_KSYMBOL_FLAGS_UNREGISTER, 3);
	n += put_ksymbol(buf + n, at + 0x5000, 0x20, "bpf_prog_c",
			 PERF_RECORD_KSYMBOL_FLAGS_UNREGISTER, 4);
	maps_feed(buf, n);
	maps_apply();
	same(kallsyms_name(at + 0x20ff, name, sizeof(name)), "bpf_prog_a+0x20ff [bpf]");
	same(kallsyms_name(at + 0x2100, name, sizeof(name)), "0xffffffffc0102100");
	same(kallsyms_name(at + 0x3010, name, sizeof(name)), "bpf_prog_b+0x10 [bpf]");
	same(kallsyms_name(at + 0x5010, name, sizeof(name)), "bpf_prog_c+0x10 [bpf]");
	n = put_ksymbol(buf, at + 0x3000, 0x80, "bpf_prog_d", 0, 5);
	maps_feed(buf, n);
	maps_apply();
	same(kallsyms_name(at + 0x3010, name, sizeof(name)), "bpf_prog_d+0x10 [bpf]");
}

static void test_lost_records(void)
{
	u64 body[2] = { 7, 1234 };
	char buf[256], text[128];

	maps_feed(buf, put_record(buf, PERF_RECORD_LOST, 0, body, sizeof(body), NULL, 50));
	check(!maps_problem(text, sizeof(text)), "nothing is lost yet", "");
	maps_apply();
	same(maps_problem(text, sizeof(text)),
	     "1234 records of what processes mapped were lost: some code has no name");
}

int main(void)
{
	details_learn();
	test_details();
	test_icr();
	test_hypercalls();
	test_reasons();
	test_figures();
	test_table();
	test_diff();
	test_parts();
	test_add();
	test_settle();
	test_series();
	test_bench_stats();
	test_maps();
	test_made_code();
	test_lost_records();
	printf("1..%d\n", tests);
	return failures > 0;
}
