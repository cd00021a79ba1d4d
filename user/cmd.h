/* SPDX-License-Identifier: GPL-2.0 */
/* The commands, and what their options have in common. */
#ifndef CVMSTAT_CMD_H
#define CVMSTAT_CMD_H

#include <getopt.h>

#include "family.h"
#include "out.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
	const char *usage;
};

int cmd_stat(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_info(int argc, char **argv);
int cmd_reasons(int argc, char **argv);
int cmd_rips(int argc, char **argv);
int cmd_hist(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_set(int argc, char **argv);
int cmd_monitor(int argc, char **argv);
int cmd_help(int argc, char **argv);

/* Options of every command; long ones without a letter are above a char. */
enum {
	OPT_JSON = 256,
	OPT_CSV,
	OPT_NO_COLOR,
	OPT_HELP,
	OPT_VERSION,
	OPT_PER_CPU,
};

#define COMMON_SHORT "o:h"
#define COMMON_LONG \
	{ "json", no_argument, NULL, OPT_JSON }, \
	{ "csv", no_argument, NULL, OPT_CSV }, \
	{ "no-color", no_argument, NULL, OPT_NO_COLOR }, \
	{ "output", required_argument, NULL, 'o' }, \
	{ "help", no_argument, NULL, OPT_HELP }, \
	{ "version", no_argument, NULL, OPT_VERSION }, \
	{ NULL, 0, NULL, 0 }

void common_option(int opt, struct out *o, const char *command);
void no_arguments(int argc, char **argv);
u64 number_option(const char *text, const char *name, u64 min, u64 max);
void family_need(struct family *f);

#endif
