// SPDX-License-Identifier: GPL-2.0
#include "commands/registry.h"

#define POINTER(name) &cmd_##name,

static const struct command *const commands[] = { COMMANDS(POINTER) };

/* A command by its name, or the end of the program. */
const struct command *command_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (streq(commands[i]->name, name))
			return commands[i];
	die(ST_FAIL, "unknown command '%s'; cvmstat help lists them", name);
}

void commands_help(FILE *f)
{
	size_t i;

	fprintf(f, "usage: cvmstat COMMAND [OPTIONS]\n\n"
		"Count, inside a confidential VM, why it leaves for the hypervisor.\n\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(f, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
	fprintf(f, "\nAll commands: --json, --csv, --no-color, -o FILE, --help, --version.\n"
		"cvmstat help COMMAND lists a command's options, cvmstat(8) explains them.\n");
}
