// SPDX-License-Identifier: GPL-2.0
/* cvmstat help: the commands, or one of them. Made of their own tables. */
#include "commands/command.h"

/* Column at which an option's text begins. */
#define TEXT_AT 26

void help_all(FILE *f)
{
	size_t i;

	fprintf(f, "usage: cvmstat COMMAND [OPTIONS]\n\n"
		"Count, inside a confidential VM, why it leaves for the hypervisor.\n\n");
	for (i = 0; commands[i]; i++)
		fprintf(f, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
	fprintf(f, "\nAll commands: --json, --csv, --no-color, -o FILE, --help, --version.\n"
		"cvmstat help COMMAND lists a command's options, cvmstat(8) explains them.\n");
}

static void show_opts(FILE *f, const char *title, const struct opt *opts, size_t n)
{
	size_t i;
	int at;

	if (n)
		fprintf(f, "\n%s:\n", title);
	for (i = 0; i < n; i++) {
		if (opts[i].val < OPT_JSON)
			at = fprintf(f, "  -%c, --%s", opts[i].val, opts[i].name);
		else
			at = fprintf(f, "      --%s", opts[i].name);
		if (opts[i].arg)
			at += fprintf(f, " %s", opts[i].arg);
		fprintf(f, "%*s%s\n", at < TEXT_AT ? TEXT_AT - at : 1, "", opts[i].text);
	}
}

void help_command(FILE *f, const struct command *c)
{
	fprintf(f, "usage: cvmstat %s [OPTIONS]%s%s\n\n%s\n", c->name, c->args[0] ? " " : "",
		c->args, c->summary);
	show_opts(f, "Options", c->opts, c->nopts);
	show_opts(f, c->nopts ? "Options of all commands" : "Options", common_opts,
		  common_opt_count);
	if (c->more)
		fprintf(f, "\n%s\n", c->more);
	fprintf(f, "\nExample: %s\nSee cvmstat(8) for more.\n", c->example);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct out o = { 0 };

	next_option(self, argc, argv, &o);
	if (o.format != OUT_TEXT || o.path)
		die(ST_FAIL, "help is text on standard output; cvmstat reasons has --json");
	if (optind == argc) {
		help_all(stdout);
		return printed();
	}
	help_command(stdout, command_find(argv[optind++]));
	no_arguments(argc, argv);
	return printed();
}

const struct command cmd_help = {
	.name = "help",
	.run = run,
	.summary = "this list, or the options of a command",
	.args = "[COMMAND]",
	.example = "cvmstat help stat",
};
