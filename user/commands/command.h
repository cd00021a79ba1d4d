/* SPDX-License-Identifier: GPL-2.0 */
/* What a command is, and what the options of all have in common. */
#ifndef CVMSTAT_COMMAND_H
#define CVMSTAT_COMMAND_H

#include <sys/types.h>

#include <getopt.h>

#include "commands/list.h"
#include "out/out.h"

/**
 * struct opt - an option
 * @val: its letter, or a number above a char where it has none
 * @name: the long one
 * @arg: name of its argument, NULL if it takes none
 * @text: what it does, for help
 */
struct opt {
	int val;
	const char *name;
	const char *arg;
	const char *text;
};

/**
 * struct command - what follows cvmstat on the command line
 * @name: the word
 * @run: does it; @argv[0] is the word, and what it returns the exit status
 * @summary: in one line
 * @args: what comes after the options, as help writes it
 * @opts: options of its own, @nopts of them
 * @words: the line at which options end is the first that is none: what
 *	follows is another program's
 * @one_format: it has no JSON and no CSV
 * @no_file: and writes into no file
 * @more: further lines of help, or NULL
 * @example: a command line
 */
struct command {
	const char *name;
	int (*run)(const struct command *self, int argc, char **argv);
	const char *summary;
	const char *args;
	const struct opt *opts;
	size_t nopts;
	bool words;
	bool one_format;
	bool no_file;
	const char *more;
	const char *example;
};

#define COMMAND_DECLARATION(name) extern const struct command cmd_##name;
COMMANDS(COMMAND_DECLARATION)

/* Options without a letter: a command's own are from OPT_OWN on. */
enum {
	OPT_JSON = 256,
	OPT_CSV,
	OPT_NO_COLOR,
	OPT_VERSION,
	OPT_OWN,
};

int next_option(const struct command *c, int argc, char **argv, struct out *o);
void no_arguments(int argc, char **argv);
u64 number_option(const char *text, const char *name, u64 min, u64 max);
pid_t pid_option(const char *text);
void command_help(FILE *f, const struct command *c);

#endif
