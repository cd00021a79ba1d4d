/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recorded run, by names and not by numbers of this version: a database
 * outlives the reader that wrote it. What is not known is NULL or absent.
 */
#ifndef CVMSTAT_RUN_H
#define CVMSTAT_RUN_H

#include "base/pool.h"
#include "base/util.h"

#define UUID_BYTES 37

/* A tag or a setting. */
struct run_pair {
	const char *key;
	const char *value;
};

/* Whether more of a figure is better; of most that is not known. */
enum better { BETTER_UNKNOWN, BETTER_HIGHER, BETTER_LOWER, BETTER_COUNT };

/* A figure of the workload's own. */
struct run_figure {
	const char *name;
	const char *unit;
	enum better better;
	double value;
};

/**
 * struct run_event - what is counted, in the keys of stat --json
 * @detail_row: a row of "details", else one of "reasons"
 * @overflow: events beyond the module's table
 *
 * @purpose: what it is for, as only the guest can tell where devices are; "" if
 *	the details of a reason say it, or the reason of a detail
 *
 * All texts are there; "" is none.
 */
struct run_event {
	bool detail_row;
	bool overflow;
	const char *kind;
	const char *class;
	const char *code;
	const char *reason;
	const char *op;
	const char *detail;
	const char *name;
	const char *provenance;
	const char *purpose;
};

/* Runs of a database share its events. */
struct run_count {
	struct run_event *event;
	u64 kernel, user;
};

/**
 * struct run_measure - what the guest's kernel says beside the exits
 * @source: of what kind it is: cpu, interrupt, net, disk, idle, bounce, counter, ...
 * @item: which CPU mode, interrupt, device, state, event
 * @name: what of it
 */
struct run_measure {
	const char *source;
	const char *item;
	const char *name;
	u64 value;
};

/**
 * struct run_bin - a bucket of a histogram
 * @source: latency, idle
 * @class: of what, with @code; or "". Of idle halted or polled, with the state
 * @unit: of the bounds: cycles, ns
 * @from: the smallest value in it
 * @to: the largest
 */
struct run_bin {
	const char *source;
	const char *class;
	const char *code;
	const char *unit;
	u64 from, to;
	u64 count;
};

DEFINE_VEC(run_pair)
DEFINE_VEC(run_figure)
DEFINE_VEC(run_count)
DEFINE_VEC(run_measure)
DEFINE_VEC(run_bin)

/* A line that the reader of the run has to know. */
struct run_note {
	const char *text;
};

DEFINE_VEC(run_note)

/**
 * struct run - one run of a workload
 * @id: in the database; 0 before it is there
 * @uuid: the same in all databases
 * @name: of what was recorded
 * @series: UUID of the invocation of record that it belongs to
 * @number: which of its runs
 * @boot_id: of the kernel
 * @started_utc_ns: since the epoch
 * @started_ns: since boot, time asleep included
 * @ns: length of the window
 * @status: exit status, 128 + n after signal n
 * @platform: as in stat --json
 * @kernel: release
 * @module: version of the module, NULL without it
 * @version: of the reader
 * @cpus: online
 * @counted: exits, traps and calls are known
 * @exits: of all reasons
 * @traps: the same
 * @calls: the same
 * @per: the figure that counts operations, NULL for none
 * @command: words of the command, as a JSON array
 * @output: what it printed, shortened; NULL if that was not kept
 * @output_bytes: what it printed in all
 */
struct run {
	s64 id;
	char uuid[UUID_BYTES];
	char series[UUID_BYTES];
	char boot_id[UUID_BYTES];
	const char *name;
	u32 number;
	u64 started_utc_ns;
	u64 started_ns;
	u64 ns;
	int status;
	const char *platform;
	const char *kernel;
	const char *module;
	const char *version;
	u32 cpus;
	bool counted;
	u64 exits, traps, calls;
	const char *per;
	const char *command;
	const char *output;
	size_t output_size;
	u64 output_bytes;
	struct run_pair_vec tags;
	struct run_pair_vec settings;
	struct run_figure_vec figures;
	struct run_count_vec counts;
	struct run_measure_vec measures;
	struct run_bin_vec bins;
	struct run_note_vec notes;
	struct pool texts;
};

DEFINE_VEC(run)

void run_free(struct run *r);
void runs_free(struct run_vec *runs);
void run_new_uuid(char uuid[UUID_BYTES]);
struct run_event *run_add_count(struct run *r, u64 kernel, u64 user);
void run_tag(struct run *r, const char *key, const char *value);
const char *run_value(const struct run_pair_vec *pairs, const char *key);
const struct run_figure *run_figure_find(const struct run *r, const char *name);
const char *better_name(enum better better);
bool better_by_name(const char *name, enum better *better);

#endif
