// SPDX-License-Identifier: GPL-2.0
/* cvmstat set: what the module counts. */
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "counts/keep.h"
#include "counts/parts.h"
#include "names/names.h"
#include "wire/take.h"

static const struct part *const config_part = &parts[PART_CONFIG];

static u8 on_off(const char *name, const char *value)
{
	if (streq(value, "on"))
		return 1;
	if (!streq(value, "off"))
		die(ST_FAIL, "%s is on or off, not '%s'", name, value);
	return 0;
}

static u32 class_list(char *list)
{
	u32 class, classes = 0;
	char *name;

	if (streq(list, "all"))
		return BIT(CLASS_COUNT) - 1;
	while ((name = strsep(&list, ","))) {
		if (!class_by_name(name, &class))
			die(ST_FAIL, "unknown class '%s'", name);
		classes |= BIT(class);
	}
	return classes;
}

static void one_setting(struct config *c, const char *name, char *value)
{
	u32 attr = part_attribute(config_part, name);

	if (!attr)
		die(ST_FAIL, "unknown setting '%s': classes, details, rips, latency or durations",
		    name);
	c->has |= BIT(attr);
	if (attr == CVMSTAT_A_CONFIG_CLASSES)
		c->classes = class_list(value);
	else
		*((u8 *)c + config_part->fields[attr].at) = on_off(name, value);
}

static const struct column columns[] = {
	{ "setting", "setting", IN_ALL, SHOW_PLAIN },
	{ "value", "value", IN_ALL, SHOW_PLAIN },
};

static void show(struct out *o, const struct config *c)
{
	struct sheet s = SHEET("settings", columns);
	const struct field *f;
	char text[256];
	u32 attr;

	for (attr = 0; attr < config_part->nfields; attr++) {
		f = &config_part->fields[attr];
		if (!f->key)
			continue;
		put_string(&s, f->key);
		if (f->means == MEANS_SWITCH)
			put_string(&s, *((const u8 *)c + f->at) ? "on" : "off");
		else
			put_string(&s, classes_text(c->classes, ",", text, sizeof(text)));
	}
	out_begin(o, "set");
	out_sheet(o, &s, IN_ALL);
	out_end(o);
	sheet_free(&s);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct request rq = { .cmd = CVMSTAT_CMD_CONFIG_SET };
	struct config config = { 0 };
	struct snapshot s = { 0 };
	struct out o = { 0 };
	struct family f;

	next_option(self, argc, argv, &o);
	for (; optind + 1 < argc; optind += 2)
		one_setting(&config, argv[optind], argv[optind + 1]);
	if (optind < argc)
		die(ST_FAIL, "'%s' needs a value", argv[optind]);
	family_need(&f);
	out_open(&o, stdout);
	rq.set = &config;
	if (config.has && !family_ask(&f, &rq, &s))
		family_die(&f);
	snapshot_take(&f, &s, WANT(CONFIG), false);
	show(&o, &s.config);
	snapshot_free(&s);
	family_close(&f);
	out_close(&o);
	return ST_OK;
}

const struct command cmd_set = {
	.name = "set",
	.run = run,
	.summary = "show or change what is counted",
	.args = "[SETTING VALUE]...",
	.more = "Settings:\n"
		"  classes LIST            classes to count, with commas; or all\n"
		"  details on|off          details of reasons\n"
		"  rips on|off             the code behind exits, for cvmstat rips\n"
		"  latency on|off          times of handlers, for cvmstat hist\n"
		"  durations on|off        how long CPUs stay idle, for hist, record and advise\n"
		"Showing needs CAP_PERFMON, changing CAP_NET_ADMIN.",
	.example = "cvmstat set rips on latency on",
};
