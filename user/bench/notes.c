// SPDX-License-Identifier: GPL-2.0
/* What can be wrong with the figures of cvmstat bench. */
#include "bench/text.h"
#include "out/notes.h"

/* What a reader of the figures has to know; in text each is a paragraph. */
static void note(struct out *o, struct sheet *s, const char *text)
{
	put_string(s, text);
	out_paragraph(o, text, 1);
}

static void note_noise(struct out *o, struct sheet *s, const struct bench_result_vec *results)
{
	char text[TEXT_BYTES];
	size_t i, at = 0;

	for (i = 0; i < results->n && at < sizeof(text); i++)
		if (results->v[i].trigger->flags & CVMSTAT_BENCH_NOISY)
			at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", at ? ", " : "",
					       results->v[i].trigger->name);
	if (at && at < sizeof(text)) {
		snprintf(text + at, sizeof(text) - at,
			 ": interrupts are on, and what they cause is in the counts.");
		note(o, s, text);
	}
}

static void note_clock(struct out *o, struct sheet *s, const struct bench_machine *m)
{
	char text[TEXT_BYTES];

	if (m->emulator[0]) {
		snprintf(text, sizeof(text),
			 "This CPU is emulated (%s): times are the emulator's and say nothing about hardware. Counts are exact, and with QEMU's -icount cycles are in proportion to executed instructions.",
			 m->emulator);
		note(o, s, text);
	}
	if (m->tsc_unstable) {
		note(o, s, "The kernel does not trust the TSC: cycles are no measure of time.");
	} else if (!streq(m->clocksource, "tsc")) {
		snprintf(text, sizeof(text),
			 "The kernel's clock is %s; it trusts the TSC all the same.",
			 m->clocksource);
		note(o, s, text);
	}
}

static bool any_counted(const struct bench_result_vec *results)
{
	size_t i;

	for (i = 0; i < results->n; i++)
		if (results->v[i].run.counted)
			return true;
	return false;
}

/* What became of the counting module meanwhile, and what it does not count. */
static void note_counts(struct out *o, struct sheet *s, const struct bench_machine *m)
{
	size_t i = s->cells.n;

	if (!m->counting)
		return;
	put_notes(s, &m->during, m->during.trouble);
	put_switched_off(s, &m->during);
	for (; i < s->cells.n; i++)
		out_paragraph(o, note_at(s, i), 1);
}

static const char *why_not_counted(u32 platform)
{
	switch (platform) {
	case CVMSTAT_PLATFORM_NONE:
		return "An ordinary VM's exits cannot be counted from inside.";
	case CVMSTAT_PLATFORM_SNP_PARAVISOR:
	case CVMSTAT_PLATFORM_TDX_PARAVISOR:
		return "Exits that a paravisor takes cannot be counted from inside.";
	default:
		return "Exits are not counted: cvmstat.ko is not loaded.";
	}
}

void bench_notes(struct out *o, const struct bench_machine *m,
		 const struct bench_result_vec *results, const struct bench_baseline *b)
{
	struct sheet notes = SHEET("notes", note_columns);

	note_clock(o, &notes, m);
	if (b && b->emulated)
		note(o, &notes, "The baseline was recorded on an emulated CPU.");
	if (!any_counted(results))
		note(o, &notes, why_not_counted(m->platform));
	note_counts(o, &notes, m);
	note_noise(o, &notes, results);
	out_sheet(o, &notes, IN_JSON);
	sheet_free(&notes);
}
