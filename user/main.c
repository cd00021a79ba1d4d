// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "base/version.h"
#include "commands/command.h"
#include "guest/workload.h"

const struct command *const commands[] = {
	&cmd_stat, &cmd_top, &cmd_info, &cmd_reasons, &cmd_rips, &cmd_hist, &cmd_bench, &cmd_set,
	&cmd_monitor, &cmd_help, NULL
};

const struct command *command_find(const char *name)
{
	size_t i;

	for (i = 0; commands[i]; i++)
		if (streq(commands[i]->name, name))
			return commands[i];
	die(ST_FAIL, "unknown command '%s'; cvmstat help lists them", name);
}

int main(int argc, char **argv)
{
	const struct command *c;

	workload_init();
	/* What is wrong with an option is said in our own words. */
	opterr = 0;
	if (argc < 2) {
		help_all(stderr);
		return ST_FAIL;
	}
	if (streq(argv[1], "--help") || streq(argv[1], "-h")) {
		help_all(stdout);
		return printed();
	}
	if (streq(argv[1], "--version")) {
		printf("cvmstat %s\n", CVMSTAT_VERSION);
		return printed();
	}
	c = command_find(argv[1]);
	return c->run(c, argc - 1, argv + 1);
}
