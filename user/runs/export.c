// SPDX-License-Identifier: GPL-2.0
/* The same for all formats that show a whole run: rows in the keys of stat --json. */
#include "guest/about.h"
#include "runs/export.h"
#include "runs/rows.h"

static void string_or_null(struct out *o, const char *key, const char *val)
{
	if (val)
		out_string(o, key, val);
	else
		out_null(o, key);
}

static void count_or_null(struct out *o, const char *key, bool known, u64 val)
{
	if (known)
		out_u64(o, key, val);
	else
		out_null(o, key);
}

static void export_head(struct out *o, const struct run *r)
{
	out_string(o, "uuid", r->uuid);
	out_string(o, "series", r->series);
	out_u64(o, "run", r->number);
	out_string(o, "name", r->name);
	out_string(o, "boot_id", r->boot_id);
	out_u64(o, "started_utc_ns", r->started_utc_ns);
	out_u64(o, "started_ns", r->started_ns);
	out_u64(o, "ns", r->ns);
	out_u64(o, "exit_status", (u64)r->status);
	string_or_null(o, "platform", r->platform);
	string_or_null(o, "kernel", r->kernel);
	string_or_null(o, "module", r->module);
	out_string(o, "recorded_by", r->version);
	out_u64(o, "cpus", r->cpus);
	count_or_null(o, "exits", r->counted, r->exits);
	count_or_null(o, "traps", r->counted, r->traps);
	count_or_null(o, "calls", r->counted, r->calls);
	string_or_null(o, "per", r->per);
}

static void export_sheet(struct out *o, struct sheet s,
			 void (*put)(struct sheet *s, const struct run *r), const struct run *r)
{
	put(&s, r);
	out_sheet(o, &s, IN_JSON);
	sheet_free(&s);
}

static const struct column pair_columns[] = {
	{ "key", NULL, IN_JSON, SHOW_PLAIN },
	{ "value", NULL, IN_JSON, SHOW_PLAIN },
};

static void export_pairs(struct out *o, const char *name, const struct run_pair_vec *pairs,
			 bool private)
{
	struct sheet s = { .name = name, .cols = pair_columns, .ncols = ARRAY_SIZE(pair_columns) };
	size_t i;

	for (i = 0; i < pairs->n; i++) {
		if (!private && about_is_private(pairs->v[i].key))
			continue;
		put_string(&s, pairs->v[i].key);
		put_string(&s, pairs->v[i].value);
	}
	out_sheet(o, &s, IN_JSON);
	sheet_free(&s);
}

/**
 * run_export - a run as one line of JSON
 * @o: where to, in JSON
 * @r: the run, with all that there is
 * @private: with command, output and what else tells about people
 */
void run_export(struct out *o, const struct run *r, bool private)
{
	out_begin(o, "run");
	export_head(o, r);
	export_pairs(o, "tags", &r->tags, true);
	export_pairs(o, "settings", &r->settings, private);
	export_sheet(o, rows_figures, put_figures, r);
	export_sheet(o, rows_reasons, put_reasons, r);
	export_sheet(o, rows_details, put_details, r);
	export_sheet(o, rows_measures, put_measures, r);
	export_sheet(o, rows_bins, put_bins, r);
	export_sheet(o, rows_notes, put_run_notes, r);
	if (private) {
		string_or_null(o, "workload", r->command);
		string_or_null(o, "output", r->output);
		count_or_null(o, "output_bytes", r->output, r->output_bytes);
	}
	out_end(o);
}
