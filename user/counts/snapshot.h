/* SPDX-License-Identifier: GPL-2.0 */
/* What the module told at one moment, or the difference of two moments. */
#ifndef CVMSTAT_SNAPSHOT_H
#define CVMSTAT_SNAPSHOT_H

#include <linux/cvmstat.h>

#include "base/util.h"

#define HIST_BUCKETS 64

/*
 * The first member of each structure that is filled from a message, `has`,
 * has bit n set if attribute n was in it.
 */
struct record {
	u32 has;
	u32 class;
	u64 code;
	u64 detail;
	u64 rip;
	u64 kernel;
	u64 user;
	u64 own;
	u64 idle;
	u64 cycles;
	u32 op;
	u32 cpu;
	u32 tgid;
	u32 provenance;
};

struct hist {
	u32 has;
	u32 class;
	u64 code;
	u64 cycles;
	u32 cpu;
	u64 buckets[HIST_BUCKETS];
};

struct bounce {
	u32 has;
	u32 cpu;
	u64 bounces;
	u64 bytes;
	u64 maps;
	u64 map_bytes;
	u64 in_copies;
	u64 in_bytes;
	u64 out_copies;
	u64 out_bytes;
	u64 failed;
	u64 cycles;
	char device[64];
	char driver[32];
};

struct idle {
	u32 has;
	u32 cpu;
	u32 state;
	u64 entries;
	u64 cycles;
	u64 buckets[HIST_BUCKETS];
	u32 exit;
	char name[32];
	char routine[64];
};

struct hook {
	u32 has;
	u32 backend;
	u32 classes;
	u32 provenance;
	u64 hits;
	u64 missed;
	u64 asides;
	char name[64];
	char symbol[128];
	char reason[256];
};

struct gap {
	u32 has;
	u32 class;
	u64 code;
	char why[256];
};

struct info {
	u32 has;
	u32 platform;
	u32 abi;
	u32 possible_cpus;
	u32 online_cpus;
	u32 detail_slots;
	u32 rip_slots;
	u32 tsc_khz;
	u32 vmpl;
	u32 hints;
	u64 generation;
	u64 memory;
	u64 platform_bits;
	u64 td_ctls;
	u64 counting_began;
	char version[64];
	char kernel[128];
	char tdx_module[24];
};

struct config {
	u32 has;
	u32 classes;
	u8 details;
	u8 rips;
	u8 latency;
	u8 durations;
};

/* Of a phase of the boot: its time, one of its counters, or pages. */
struct phase {
	u32 has;
	u32 phase;
	u32 class;
	u32 op;
	u32 page_op;
	u64 ns;
	u64 code;
	u64 detail;
	u64 page_bytes;
	u64 count;
};

struct event {
	u32 has;
	u32 announcement;
	u64 generation;
	u32 classes;
	u8 details;
	u8 rips;
	u8 latency;
	u8 durations;
	char hook[64];
};

DEFINE_VEC(record)
DEFINE_VEC(hist)
DEFINE_VEC(bounce)
DEFINE_VEC(idle)
DEFINE_VEC(hook)
DEFINE_VEC(gap)
DEFINE_VEC(phase)
DEFINE_VEC(event)

/**
 * struct snapshot - what the module told
 * @ns: CLOCK_MONOTONIC just before the counters were asked for; in a
 *	difference, the nanoseconds between them
 * @lacking: bits of enum cvmstat_parts that the module does not know
 * @unknown: attributes that only a newer reader knows
 * @trouble: in a difference, bits of enum trouble
 * @partly: in a difference, classes that were counted in a part of it only
 * @recounts: counts taken again after the details, until they are settled
 * @purposes: in a difference, what counts and details are for (names/purpose.h)
 *
 * Each of the rest is a part, and a row of parts[].
 */
struct snapshot {
	u64 ns;
	u32 lacking;
	u32 unknown;
	u32 trouble;
	u32 partly;
	struct info info;
	struct config config;
	struct record_vec counts, details, recounts, purposes, rips, idle_counts;
	struct hist_vec hists;
	struct bounce_vec bounces;
	struct idle_vec idles;
	struct hook_vec hooks;
	struct gap_vec gaps;
	struct phase_vec phases;
	struct event_vec events;
};

/* In the order of asking: the totals first, then what explains them. */
enum part_id {
	PART_INFO, PART_CONFIG, PART_IDLE_COUNTS, PART_COUNTS, PART_DETAILS, PART_RECOUNTS,
	PART_PURPOSES, PART_RIPS,
	PART_HISTS, PART_BOUNCES, PART_IDLES, PART_HOOKS, PART_GAPS, PART_PHASES, PART_EVENTS,
	PART_COUNT
};

/* Parts to ask for. */
#define WANT(part) CVMSTAT_PARTS_##part
/* What says how far the figures can be trusted. */
#define WANT_BASICS (WANT(INFO) | WANT(HOOKS) | WANT(CONFIG))

/* In a record's `has`, above all attributes: @own says what is the chosen one's. */
#define RECORD_OWN BIT(31)
/* The same: @idle says what idle CPUs did. */
#define RECORD_IDLE BIT(29)
/* The same: @cycles is what its handlers took. */
#define RECORD_TIMED BIT(30)

static inline u64 record_count(const struct record *r)
{
	return sat_add(r->kernel, r->user);
}

/* How long idle CPUs were so is known. */
static inline bool idle_timed(const struct idle *i)
{
	return i->has & BIT(CVMSTAT_A_AROUND_IDLE_CYCLES);
}

static inline bool record_overflow(const struct record *r)
{
	return r->has & BIT(CVMSTAT_A_COUNT_OVERFLOW);
}

static inline bool record_has_code(const struct record *r)
{
	return r->has & BIT(CVMSTAT_A_COUNT_CODE);
}

static inline bool record_has_detail(const struct record *r)
{
	return r->has & BIT(CVMSTAT_A_COUNT_DETAIL);
}

#endif
