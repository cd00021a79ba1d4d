// SPDX-License-Identifier: GPL-2.0
/* A line of run_export(), which may be of anybody: every member is looked at. */
#include <json-c/json.h>

#include "base/version.h"
#include "runs/import.h"

/* NULL if there is no string. */
static const char *text_of(struct json_object *o, const char *key)
{
	struct json_object *val;

	if (!json_object_object_get_ex(o, key, &val) ||
	    !json_object_is_type(val, json_type_string))
		return NULL;
	return json_object_get_string(val);
}

static const char *keep(struct run *r, struct json_object *o, const char *key, const char *none)
{
	const char *text = text_of(o, key);

	return text ? pool_text(&r->texts, text) : none;
}

static u64 number_of(struct json_object *o, const char *key)
{
	struct json_object *val;

	if (!json_object_object_get_ex(o, key, &val) || !json_object_is_type(val, json_type_int))
		return 0;
	return json_object_get_uint64(val);
}

static bool flag_of(struct json_object *o, const char *key)
{
	struct json_object *val;

	return json_object_object_get_ex(o, key, &val) && json_object_get_boolean(val);
}

/* Calls @take for each object of an array. */
static void each(struct run *r, struct json_object *o, const char *key,
		 void (*take)(struct run *r, struct json_object *o))
{
	struct json_object *list, *row;
	size_t i;

	if (!json_object_object_get_ex(o, key, &list) ||
	    !json_object_is_type(list, json_type_array))
		return;
	for (i = 0; i < json_object_array_length(list); i++) {
		row = json_object_array_get_idx(list, i);
		if (json_object_is_type(row, json_type_object))
			take(r, row);
	}
}

static void take_pair(struct run *r, struct run_pair_vec *to, struct json_object *o)
{
	struct run_pair *p;

	if (!text_of(o, "key"))
		return;
	p = run_pair_push(to);
	p->key = keep(r, o, "key", NULL);
	p->value = keep(r, o, "value", "");
}

static void take_tag(struct run *r, struct json_object *o)
{
	take_pair(r, &r->tags, o);
}

static void take_setting(struct run *r, struct json_object *o)
{
	take_pair(r, &r->settings, o);
}

static void take_figure(struct run *r, struct json_object *o)
{
	struct json_object *val;
	struct run_figure *f;

	if (!text_of(o, "name") || !json_object_object_get_ex(o, "value", &val) || !val)
		return;
	f = run_figure_push(&r->figures);
	f->name = keep(r, o, "name", NULL);
	f->unit = keep(r, o, "unit", "");
	f->value = json_object_get_double(val);
	if (!better_by_name(text_of(o, "better") ?: "", &f->better))
		f->better = BETTER_UNKNOWN;
}

static struct run_event *take_count(struct run *r, struct json_object *o)
{
	struct run_event *e = run_add_count(r, number_of(o, "kernel"), number_of(o, "user"));

	e->kind = keep(r, o, "kind", "?");
	e->class = keep(r, o, "class", "");
	e->code = keep(r, o, "code", "");
	e->reason = keep(r, o, "reason", "");
	e->op = keep(r, o, "op", "");
	e->detail = keep(r, o, "detail", "");
	e->name = keep(r, o, "name", "");
	e->provenance = keep(r, o, "provenance", "counted");
	e->purpose = keep(r, o, "purpose", "");
	e->overflow = flag_of(o, "overflow");
	return e;
}

static void take_reason(struct run *r, struct json_object *o)
{
	take_count(r, o)->detail_row = false;
}

static void take_detail(struct run *r, struct json_object *o)
{
	take_count(r, o)->detail_row = true;
}

static void take_measure(struct run *r, struct json_object *o)
{
	struct run_measure *m = run_measure_push(&r->measures);

	m->source = keep(r, o, "source", "");
	m->item = keep(r, o, "item", "");
	m->name = keep(r, o, "name", "");
	m->value = number_of(o, "value");
}

static void take_bin(struct run *r, struct json_object *o)
{
	struct run_bin *b = run_bin_push(&r->bins);

	b->source = keep(r, o, "source", "");
	b->class = keep(r, o, "class", "");
	b->code = keep(r, o, "code", "");
	b->unit = keep(r, o, "unit", "");
	b->from = number_of(o, "from");
	b->to = number_of(o, "to");
	b->count = number_of(o, "count");
}

static void take_note(struct run *r, struct json_object *o)
{
	if (text_of(o, "text"))
		run_note_push(&r->notes)->text = keep(r, o, "text", NULL);
}

static void take_head(struct run *r, struct json_object *o)
{
	struct json_object *exits;

	snprintf(r->uuid, sizeof(r->uuid), "%s", text_of(o, "uuid"));
	snprintf(r->series, sizeof(r->series), "%s", text_of(o, "series") ?: r->uuid);
	snprintf(r->boot_id, sizeof(r->boot_id), "%s", text_of(o, "boot_id") ?: "unknown");
	r->name = keep(r, o, "name", "");
	r->number = (u32)number_of(o, "run");
	r->started_utc_ns = number_of(o, "started_utc_ns");
	r->started_ns = number_of(o, "started_ns");
	r->ns = number_of(o, "ns");
	r->status = (int)number_of(o, "exit_status");
	r->platform = keep(r, o, "platform", NULL);
	r->kernel = keep(r, o, "kernel", NULL);
	r->module = keep(r, o, "module", NULL);
	r->version = keep(r, o, "recorded_by", "?");
	r->cpus = (u32)number_of(o, "cpus");
	r->counted = json_object_object_get_ex(o, "exits", &exits) && exits;
	r->exits = number_of(o, "exits");
	r->traps = number_of(o, "traps");
	r->calls = number_of(o, "calls");
	r->per = keep(r, o, "per", NULL);
}

static void take_private(struct run *r, struct json_object *o)
{
	r->command = keep(r, o, "workload", NULL);
	r->output = keep(r, o, "output", NULL);
	r->output_size = r->output ? strlen(r->output) : 0;
	r->output_bytes = number_of(o, "output_bytes");
}

/* What makes a line one of ours; NULL if it is. */
static const char *problem(struct json_object *o)
{
	if (!json_object_is_type(o, json_type_object) || !text_of(o, "command") ||
	    !streq(text_of(o, "command"), "run"))
		return "no run of cvmstat runs export";
	/* Runs are as they were in all schemas up to this one. */
	if (number_of(o, "cvmstat_schema") > JSON_SCHEMA)
		return "a run of a newer cvmstat";
	if (!text_of(o, "uuid") || strlen(text_of(o, "uuid")) != UUID_BYTES - 1)
		return "a run without a UUID";
	return NULL;
}

/**
 * run_import - a run of a line of JSON
 * @r: filled
 * @line: as run_export() wrote it
 * @why: why not
 * @size: of @why
 */
bool run_import(struct run *r, const char *line, char *why, size_t size)
{
	struct json_object *o = json_tokener_parse(line);
	const char *wrong = problem(o);

	if (wrong) {
		snprintf(why, size, "%s", wrong);
		json_object_put(o);
		return false;
	}
	take_head(r, o);
	each(r, o, "tags", take_tag);
	each(r, o, "settings", take_setting);
	each(r, o, "figures", take_figure);
	each(r, o, "reasons", take_reason);
	each(r, o, "details", take_detail);
	each(r, o, "measures", take_measure);
	each(r, o, "histograms", take_bin);
	each(r, o, "notes", take_note);
	take_private(r, o);
	json_object_put(o);
	return true;
}
