// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "version.h"
#include "workload.h"

static const struct command commands[] = {
	{ "stat", cmd_stat, "count the exits of a command, a process or a stretch of time",
	  "[-a] [-d] [-I MS] [-r N] [-e EVENTS] [--per-cpu] [-p PID | [--] COMMAND...]" },
	{ "top", cmd_top, "exits as they happen, by reason, CPU, detail or code", "[-d SECONDS]" },
	{ "info", cmd_info, "platform, hooks, what cannot be counted, settings that matter", "" },
	{ "reasons", cmd_reasons, "explain the reasons for exits", "[NAME]" },
	{ "rips", cmd_rips, "the code behind exits, most frequent first",
	  "[-n ROWS] [-p PID | [--] COMMAND...]" },
	{ "hist", cmd_hist, "how long handlers took, by reason", "[-p PID | [--] COMMAND...]" },
	{ "bench", cmd_bench, "what each kind of exit costs, one operation after the other",
	  "[--list] [--only NAME,...] [-n ITERATIONS] [--cpu N] [--baseline FILE] [--force]" },
	{ "set", cmd_set, "show or change what is counted",
	  "[classes all|CLASS,...] [details|rips|latency on|off]..." },
	{ "monitor", cmd_monitor, "announcements of the module as they come", "[-n COUNT]" },
	{ "help", cmd_help, "this, or the options of a command", "[COMMAND]" },
};

static const struct command *find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (streq(commands[i].name, name))
			return &commands[i];
	die(ST_FAIL, "unknown command '%s'; cvmstat help lists them", name);
}

static void print_all(void)
{
	size_t i;

	printf("usage: cvmstat COMMAND [OPTIONS]\n\n"
	       "Count, inside a confidential VM, why it leaves for the hypervisor.\n\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-10s %s\n", commands[i].name, commands[i].summary);
	printf("\nAll commands: --json, --csv, --no-color, -o FILE, --help, --version.\n"
	       "See cvmstat(8) for all options.\n");
}

int cmd_help(int argc, char **argv)
{
	const struct command *c;

	if (argc < 2) {
		print_all();
		return printed();
	}
	c = find(argv[1]);
	printf("usage: cvmstat %s %s\n\n%s\n\n"
	       "Options of all commands: --json, --csv, --no-color, -o FILE, --help, --version.\n"
	       "See cvmstat(8) for all options.\n", c->name, c->usage, c->summary);
	return printed();
}

int main(int argc, char **argv)
{
	workload_init();
	if (argc < 2) {
		print_all();
		return ST_FAIL;
	}
	if (streq(argv[1], "--help") || streq(argv[1], "-h"))
		return cmd_help(1, argv);
	if (streq(argv[1], "--version")) {
		printf("cvmstat %s\n", CVMSTAT_VERSION);
		return printed();
	}
	return find(argv[1])->run(argc - 1, argv + 1);
}
