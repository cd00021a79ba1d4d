// SPDX-License-Identifier: GPL-2.0
#include "base/version.h"
#include "commands/registry.h"
#include "guest/workload.h"

int main(int argc, char **argv)
{
	const struct command *c;

	workload_init();
	/* What is wrong with an option is said in our own words. */
	opterr = 0;
	if (argc < 2) {
		commands_help(stderr);
		return ST_FAIL;
	}
	if (streq(argv[1], "--help") || streq(argv[1], "-h")) {
		commands_help(stdout);
		return printed();
	}
	if (streq(argv[1], "--version")) {
		printf("cvmstat %s\n", CVMSTAT_VERSION);
		return printed();
	}
	c = command_find(argv[1]);
	return c->run(c, argc - 1, argv + 1);
}
