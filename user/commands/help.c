// SPDX-License-Identifier: GPL-2.0
/* cvmstat help: the commands, or one of them. Made of their own tables. */
#include "commands/registry.h"

static int run(const struct command *self, int argc, char **argv)
{
	struct out o = { 0 };

	next_option(self, argc, argv, &o);
	if (o.format != OUT_TEXT || o.path)
		die(ST_FAIL, "help is text on standard output; cvmstat reasons has --json");
	if (optind == argc) {
		commands_help(stdout);
		return printed();
	}
	command_help(stdout, command_find(argv[optind++]));
	no_arguments(argc, argv);
	return printed();
}

const struct command cmd_help = {
	.name = "help",
	.run = run,
	.summary = "this list, or the options of a command",
	.args = "[COMMAND]",
	.one_format = true,
	.no_file = true,
	.example = "cvmstat help stat",
};
