// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "cmd.h"
#include "version.h"

/**
 * common_option - take an option that every command has
 * @opt: what getopt_long() returned and the command does not know
 * @o: where to keep it
 * @command: name for help
 */
void common_option(int opt, struct out *o, const char *command)
{
	char *argv[] = { "help", (char *)command, NULL };

	switch (opt) {
	case OPT_JSON:
		o->format = OUT_JSON;
		break;
	case OPT_CSV:
		o->format = OUT_CSV;
		break;
	case OPT_NO_COLOR:
		o->no_color = true;
		break;
	case 'o':
		o->path = optarg;
		break;
	case 'h':
	case OPT_HELP:
		exit(cmd_help(2, argv));
	case OPT_VERSION:
		printf("cvmstat %s\n", CVMSTAT_VERSION);
		exit(printed());
	default:
		/* getopt_long() has said what is wrong. */
		exit(ST_FAIL);
	}
}

void no_arguments(int argc, char **argv)
{
	if (optind < argc)
		die(ST_FAIL, "unexpected argument '%s'", argv[optind]);
}

u64 number_option(const char *text, const char *name, u64 min, u64 max)
{
	unsigned long long val;
	char *end;

	errno = 0;
	val = strtoull(text, &end, 10);
	if (errno || *end || end == text || *text == '-' || val < min || val > max)
		die(ST_FAIL, "%s needs a number from %llu to %llu, not '%s'", name, min, max,
		    text);
	return val;
}

/* Connect, or say why not and exit. */
void family_need(struct family *f)
{
	if (!family_open(f))
		family_die(f);
}
