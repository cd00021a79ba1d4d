// SPDX-License-Identifier: GPL-2.0
/* Where cvmstat bench measures, and whether its times mean anything there. */
#include "bench/bench.h"
#include "counts/diff.h"
#include "counts/keep.h"
#include "guest/probe.h"
#include "names/names.h"
#include "wire/take.h"

#define CLOCKSOURCE "/sys/devices/system/clocksource/clocksource0/"

/* A TSC that the kernel has given up is not in the list any more. */
static void find_clocksource(struct bench_machine *m)
{
	char list[256];

	if (!sys_line(m->clocksource, sizeof(m->clocksource), CLOCKSOURCE "current_clocksource"))
		snprintf(m->clocksource, sizeof(m->clocksource), "unknown");
	if (sys_line(list, sizeof(list), CLOCKSOURCE "available_clocksource"))
		m->tsc_unstable = !strstr(list, "tsc");
}

/*
 * What the counting module says goes before what the other one says: it knows
 * the same, and it has counted.
 */
static void find_counts(struct bench_machine *m)
{
	struct snapshot s = { 0 };

	if (!family_open(&m->family)) {
		if (m->family.failure != FAIL_NO_MODULE)
			family_die(&m->family);
		return;
	}
	snapshot_take(&m->family, &s, WANT_BASICS, false);
	m->platform = s.info.platform;
	m->tsc_khz = s.info.tsc_khz;
	m->counting = platform_raises_traps(m->platform);
	snapshot_free(&s);
}

/**
 * bench_machine_find - find out all but what cvmstat_bench.ko knows
 * @m: that has been filled in already
 * @cpu: that is going to be used
 */
void bench_machine_find(struct bench_machine *m, u32 cpu)
{
	m->cpu = cpu;
	find_clocksource(m);
	probe_emulator(m->emulator, sizeof(m->emulator));
	find_counts(m);
}

/* Whether the counts of all that follows can be trusted. */
void bench_machine_start(struct bench_machine *m)
{
	if (!m->counting)
		return;
	changes_begin(&m->changes);
	snapshot_take(&m->family, &m->before, WANT_BASICS, false);
}

void bench_machine_stop(struct bench_machine *m)
{
	struct snapshot after = { 0 };

	if (!m->counting)
		return;
	snapshot_take(&m->family, &after, WANT_BASICS, false);
	snapshot_diff(&m->before, &after, &m->during);
	changes_take(&m->changes, &m->during);
	changes_end(&m->changes);
	snapshot_free(&m->before);
	snapshot_free(&after);
}
