// SPDX-License-Identifier: GPL-2.0
#include <math.h>

#include "bench/text.h"
#include "out/notes.h"

/* Fewer of them an operation are noise, and not in the table. */
#define RARE 0.005

const char *bench_mode(const struct bench_trigger *t)
{
	return t->user ? "user" : "kernel";
}

/* Classes of which zero would not mean that there was none. */
static u32 uncounted(const struct bench_machine *m)
{
	return m->counting ? m->during.partly | switched_off(&m->during) : 0;
}

/* Events of one kind that one operation causes; NAN if they are not known. */
double bench_per_op(const struct bench_result *r, enum kind_of_class kind)
{
	double sum = 0;
	u32 i;

	/* What a handler calls for, is the kernel's. */
	if (!r->run.counted || r->trigger->flags & CVMSTAT_BENCH_UNSEEN ||
	    (r->trigger->user && kind == KIND_CALL) ||
	    uncounted(r->run.machine) & kind_classes(kind))
		return NAN;
	for (i = 0; i < r->run.counts; i++)
		if (class_kind(r->run.count[i].class) == kind)
			sum += (double)r->run.count[i].count;
	return sum / r->run.iterations;
}

void bench_number(double val, char *buf, size_t size)
{
	if (!isfinite(val))
		snprintf(buf, size, "-");
	else if (fabs(val - round(val)) < RARE)
		snprintf(buf, size, "%.0f", val);
	else
		snprintf(buf, size, "%.2f", val);
}

/* "mmio-write 2, #VC npf 2": exits first, then the rest. */
void bench_counts(const struct bench_result *r, char *buf, size_t size)
{
	char name[NAME_BYTES], number[32];
	const struct cvmstat_bench_count *c;
	size_t at = 0;
	enum kind_of_class kind;
	u32 i;

	buf[0] = '\0';
	if (r->trigger->flags & CVMSTAT_BENCH_UNSEEN) {
		snprintf(buf, size, "made by hand: cvmstat.ko does not see it");
		return;
	}
	for (kind = KIND_EXIT; kind < KIND_COUNT; kind++) {
		for (i = 0; i < r->run.counts && at < size; i++) {
			c = &r->run.count[i];
			if (class_kind(c->class) != kind ||
			    (double)c->count / r->run.iterations < RARE)
				continue;
			bench_number((double)c->count / r->run.iterations, number, sizeof(number));
			at += (size_t)snprintf(buf + at, size - at, "%s%s %s%s", at ? ", " : "",
					       reason_label(c->class, true, c->code, name,
							    sizeof(name)),
					       provenance_mark(c->provenance), number);
		}
	}
}

const struct column bench_not_columns[BENCH_NOT_COLUMNS] = {
	{ "name", "not possible here", IN_ALL, SHOW_PLAIN },
	{ "why", "because", IN_ALL | COL_WRAP, SHOW_PLAIN },
};

void bench_put_not(struct sheet *s, const char *name, const char *why)
{
	put_string(s, name);
	put_string(s, why);
}

void bench_machine_data(struct out *o, const struct bench_machine *m)
{
	char release[128];

	out_string(o, "platform",
		   m->platform == PLATFORM_UNKNOWN ? "unknown" : platform_key(m->platform));
	if (sys_line(release, sizeof(release), "/proc/sys/kernel/osrelease"))
		out_string(o, "kernel", release);
	else
		out_null(o, "kernel");
	if (m->tsc_khz)
		out_u64(o, "tsc_khz", m->tsc_khz);
	else
		out_null(o, "tsc_khz");
	out_u64(o, "cpu", m->cpu);
	out_string(o, "clocksource", m->clocksource);
	if (m->emulator[0])
		out_string(o, "emulator", m->emulator);
	else
		out_null(o, "emulator");
}
