// SPDX-License-Identifier: GPL-2.0
/* cvmstat set: what the module counts. */
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "names/names.h"
#include "wire/take.h"

static const struct {
	const char *name;
	u32 attr;
	size_t offset;
} switches[] = {
	{ "details", CVMSTAT_A_CONFIG_DETAILS, offsetof(struct config, details) },
	{ "rips", CVMSTAT_A_CONFIG_RIPS, offsetof(struct config, rips) },
	{ "latency", CVMSTAT_A_CONFIG_LATENCY, offsetof(struct config, latency) },
};

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
	size_t i;

	if (streq(name, "classes")) {
		c->has |= BIT(CVMSTAT_A_CONFIG_CLASSES);
		c->classes = class_list(value);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(switches); i++) {
		if (!streq(switches[i].name, name))
			continue;
		c->has |= BIT(switches[i].attr);
		*((u8 *)c + switches[i].offset) = on_off(name, value);
		return;
	}
	die(ST_FAIL, "unknown setting '%s': classes, details, rips or latency", name);
}

static const struct column columns[] = {
	{ "setting", "setting", IN_ALL, SHOW_PLAIN },
	{ "value", "value", IN_ALL, SHOW_PLAIN },
};

static void show(struct out *o, const struct config *c)
{
	struct sheet s = SHEET("settings", columns);
	char text[256];
	size_t i;

	put_string(&s, "classes");
	put_string(&s, classes_text(c->classes, ",", text, sizeof(text)));
	for (i = 0; i < ARRAY_SIZE(switches); i++) {
		put_string(&s, switches[i].name);
		put_string(&s, *((const u8 *)c + switches[i].offset) ? "on" : "off");
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
	snapshot_take(&f, &s, WANT(CONFIG_GET), false);
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
		"Showing needs CAP_PERFMON, changing CAP_NET_ADMIN.",
	.example = "cvmstat set rips on latency on",
};
