// SPDX-License-Identifier: GPL-2.0
/* A report of cvmstat bench --json, read back. */
#include <errno.h>
#include <math.h>
#include <unistd.h>

#include <json-c/json.h>

#include "base/version.h"
#include "bench/baseline.h"

static const char *text_of(struct json_object *o, const char *key)
{
	struct json_object *val;

	if (!json_object_object_get_ex(o, key, &val) || !val)
		return "";
	return json_object_get_string(val);
}

/* NAN where there is no number. */
static double real_of(struct json_object *o, const char *key)
{
	struct json_object *val;

	if (!json_object_object_get_ex(o, key, &val) || !val)
		return NAN;
	return json_object_get_double(val);
}

static void read_triggers(struct json_object *list, struct bench_baseline *b)
{
	struct json_object *entry;
	struct bench_old *old;
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		entry = json_object_array_get_idx(list, i);
		if (!json_object_is_type(entry, json_type_object))
			continue;
		old = bench_old_push(&b->old);
		snprintf(old->name, sizeof(old->name), "%s", text_of(entry, "name"));
		old->cycles = real_of(entry, "cycles_median");
		old->ns = real_of(entry, "ns_median");
		old->exits = real_of(entry, "exits_per_op");
	}
}

/**
 * bench_baseline_read - read a recorded report, or end the program
 * @path: the file
 * @b: filled
 */
void bench_baseline_read(const char *path, struct bench_baseline *b)
{
	struct json_object *report, *list, *emulated;
	const char *kernel;

	if (access(path, R_OK))
		die(ST_FAIL, "%s: %s", path, strerror(errno));
	report = json_object_from_file(path);

	if (!report)
		die(ST_FAIL, "%s: not a report of cvmstat bench --json", path);
	if (!streq(text_of(report, "command"), "bench") ||
	    !json_object_object_get_ex(report, "triggers", &list) ||
	    !json_object_is_type(list, json_type_array))
		die(ST_FAIL, "%s: not a report of cvmstat bench --json", path);
	/* What is read of it has been the same since schema 1. */
	if (!(real_of(report, "cvmstat_schema") >= 1 &&
	      real_of(report, "cvmstat_schema") <= JSON_SCHEMA))
		die(ST_FAIL, "%s: of another version, schema %s", path,
		    text_of(report, "cvmstat_schema"));
	kernel = text_of(report, "kernel");
	snprintf(b->label, sizeof(b->label), "%s%s%s", text_of(report, "platform"),
		 kernel[0] ? ", " : "", kernel);
	b->emulated = json_object_object_get_ex(report, "emulator", &emulated) && emulated;
	read_triggers(list, b);
	json_object_put(report);
}
