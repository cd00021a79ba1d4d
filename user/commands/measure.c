// SPDX-License-Identifier: GPL-2.0
#include "commands/measure.h"
#include "counts/diff.h"
#include "counts/keep.h"
#include "counts/parts.h"
#include "out/notes.h"
#include "wire/changes.h"
#include "wire/take.h"

static void wait_ticking(struct workload *w)
{
	enum wake wake;

	do {
		wake = workload_wait(w, w->tick ? now_ns() + NSEC_PER_SEC : 0);
		if (w->tick)
			w->tick();
	} while (wake == WAKE_TIME);
}

static void need_parts(u32 lacking)
{
	const struct part *p;

	for_each_part(p)
		if (lacking & p->bit)
			die(ST_NOMODULE, "the loaded module %s", p->lacks);
}

/**
 * measure_notes - the same for programs, with all that is not counted
 * @o: where to
 * @d: what measure() gave
 * @more: one more, or NULL
 */
void measure_notes(struct out *o, const struct snapshot *d, const char *more)
{
	struct sheet s = SHEET("notes", note_columns);

	put_notes(&s, d, d->trouble);
	put_lasting_notes(&s, d);
	if (more)
		put_string(&s, more);
	out_sheet(o, &s, IN_JSON);
	sheet_free(&s);
}

/**
 * measure - what happened during a workload, or since the module's load
 * @f: the connection
 * @w: the workload; without a command or process, all since the load
 * @want: parts, bits of enum cvmstat_parts; a module that lacks one ends the program
 * @per_cpu: one record for each CPU
 * @d: filled, to be freed with snapshot_free()
 */
void measure(struct family *f, struct workload *w, u32 want, bool per_cpu, struct snapshot *d)
{
	struct snapshot before = { 0 }, after = { 0 };
	struct changes changes = { 0 };
	bool run = w->argv || w->pid;
	struct sheet notes = SHEET("notes", note_columns);
	size_t i;

	if (run) {
		changes_begin(&changes);
		workload_prepare(w);
		snapshot_take(f, &before, want | WANT_BASICS, per_cpu);
		workload_go(w);
		wait_ticking(w);
	}
	snapshot_take(f, &after, want | WANT_BASICS, per_cpu);
	if (!run) {
		before.info = after.info;
		before.config = after.config;
	}
	snapshot_diff(&before, &after, d);
	changes_take(&changes, d);
	put_notes(&notes, d, run ? d->trouble : 0);
	for (i = 0; run && i < notes.cells.n; i++)
		warn("%s", note_at(&notes, i));
	sheet_free(&notes);
	need_parts(want & d->lacking);
	changes_end(&changes);
	snapshot_free(&before);
	snapshot_free(&after);
}
