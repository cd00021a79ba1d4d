// SPDX-License-Identifier: GPL-2.0
/* cvmstat reasons: every reason, explained. Needs no module. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "names/explain.h"
#include "names/names.h"
#include "names/purpose.h"

static const struct column columns[] = {
	{ "kind", "class", IN_ALL, SHOW_PLAIN },
	{ "class", "counted as", IN_ALL | COL_SPARE, SHOW_PLAIN },
	{ "code", "code", IN_ALL | COL_SPARE, SHOW_PLAIN },
	{ "reason", "reason", IN_ALL, SHOW_PLAIN },
	{ "spec", "specification", IN_ALL | COL_SPARE, SHOW_PLAIN },
	{ "cause", "cause", IN_ALL | COL_WRAP | COL_SPARE, SHOW_PLAIN },
	{ "cost", NULL, IN_DATA, SHOW_PLAIN },
	{ "help", NULL, IN_DATA, SHOW_PLAIN },
	{ "purpose", NULL, IN_DATA, SHOW_PLAIN },
};

/**
 * struct choice - which reasons are asked for
 * @name: reason by name, or NULL
 * @has_code: reason by code, @code
 * @has_class: only in @class
 */
struct choice {
	const char *name;
	bool has_code;
	u64 code;
	bool has_class;
	u32 class;
};

/* NAME is a reason, a code, a class, or class:reason and class:code. */
static void parse_choice(char *arg, struct choice *c)
{
	char *colon = strchr(arg, ':'), *end;

	if (class_by_name(arg, &c->class)) {
		c->has_class = true;
		return;
	}
	if (colon) {
		*colon = '\0';
		if (!class_by_name(arg, &c->class))
			die(ST_FAIL, "unknown class '%s'", arg);
		c->has_class = true;
		arg = colon + 1;
	}
	if (!strncmp(arg, "#VC ", 4) || !strncmp(arg, "#VE ", 4)) {
		c->has_class = true;
		c->class = arg[2] == 'C' ? CVMSTAT_CLASS_VC : CVMSTAT_CLASS_VE;
		arg += 4;
	}
	errno = 0;
	c->code = strtoull(arg, &end, 0);
	c->has_code = !errno && !*end && end != arg;
	c->name = arg;
}

static bool chosen(const struct choice *c, u32 class, const struct code_name *code)
{
	if (c->has_class && c->class != class)
		return false;
	if (c->has_code)
		return c->code == code->code;
	return !c->name || streq(c->name, code->name);
}

/* NULL where its details have to say it. */
static const char *purpose(u32 class, u64 code)
{
	struct record r = { .has = BIT(CVMSTAT_A_COUNT_CODE), .class = class, .code = code };
	u32 purpose;

	return reason_purpose(&r, &purpose) ? purpose_name(purpose) : NULL;
}

static void put_reason(struct sheet *s, u32 class, const struct code_name *code)
{
	const struct explanation *e = explain(class, code->code);
	char name[32];

	put_string(s, kind_name(class_kind(class)));
	put_string(s, class_name(class, name, sizeof(name)));
	put_hex(s, code->code);
	put_string(s, code->name);
	put_string(s, code->source);
	put_string(s, e ? e->cause : "");
	put_string(s, e ? e->cost : "");
	put_string(s, e ? e->help : "");
	put_string(s, purpose(class, code->code));
}

static void print_reason(struct out *o, u32 class, const struct code_name *code)
{
	const struct explanation *e = explain(class, code->code);
	char label[NAME_BYTES], name[32], *text;

	out_line(o, "%s  (%s, class %s, code 0x%llx, %s)",
		 reason_label(class, true, code->code, label, sizeof(label)),
		 kind_name(class_kind(class)), class_name(class, name, sizeof(name)), code->code,
		 code->source);
	if (!e)
		return;
	text = xasprintf("%s It costs %s; %s.", e->cause, e->cost, e->help);
	out_paragraph(o, text, 2);
	out_line(o, "%s", "");
	free(text);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct sheet s = SHEET("reasons", columns);
	const struct code_name *codes;
	struct choice choice = { 0 };
	struct out o = { 0 };
	size_t i, n;
	u32 class;
	bool one;

	next_option(self, argc, argv, &o);
	one = optind < argc;
	if (one)
		parse_choice(argv[optind++], &choice);
	no_arguments(argc, argv);
	out_open(&o, stdout);
	out_begin(&o, "reasons");
	for (class = 0; class < CLASS_COUNT; class++) {
		codes = class_codes(class, &n);
		for (i = 0; i < n; i++) {
			if (!chosen(&choice, class, &codes[i]) || !explain(class, codes[i].code))
				continue;
			put_reason(&s, class, &codes[i]);
			if (one && o.format == OUT_TEXT)
				print_reason(&o, class, &codes[i]);
		}
	}
	if (one && !s.cells.n)
		die(ST_FAIL, "no such reason; cvmstat reasons lists all");
	out_sheet(&o, &s, one ? IN_DATA : IN_ALL);
	out_end(&o);
	sheet_free(&s);
	out_close(&o);
	return ST_OK;
}

const struct command cmd_reasons = {
	.name = "reasons",
	.run = run,
	.summary = "explain the reasons for exits",
	.args = "[NAME]",
	.more = "NAME is a reason (hlt), a code (0x7c), a class (vmgexit), or both (vmgexit:msr).\n"
		"It needs no module.",
	.example = "cvmstat reasons hlt",
};
