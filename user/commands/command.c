// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "base/version.h"
#include "commands/command.h"

/* More than any command has. */
#define MOST_OPTS 24

/* Column at which an option's text begins. */
#define TEXT_AT 26

/* Of every command. */
static const struct opt common_opts[] = {
	{ OPT_JSON, "json", NULL, "JSON, one object on a line for each report" },
	{ OPT_CSV, "csv", NULL, "comma-separated values with a line of titles" },
	{ OPT_NO_COLOR, "no-color", NULL, "no attributes on a terminal, as with NO_COLOR=1" },
	{ 'o', "output", "FILE", "write to FILE; - is standard output" },
	{ 'h', "help", NULL, "this" },
	{ OPT_VERSION, "version", NULL, "the version" },
};

/* What getopt_long() wants to have of the same. */
struct getopt_tables {
	const struct command *of;
	char letters[2 * MOST_OPTS + 3];
	struct option names[MOST_OPTS + 1];
};

static void add_opts(struct getopt_tables *t, const struct opt *opts, size_t n, size_t *count)
{
	char *at = t->letters + strlen(t->letters);
	size_t i;

	for (i = 0; i < n && *count < MOST_OPTS; i++, ++*count) {
		t->names[*count].name = opts[i].name;
		t->names[*count].has_arg = opts[i].arg ? required_argument : no_argument;
		t->names[*count].val = opts[i].val;
		if (opts[i].val >= OPT_JSON)
			continue;
		*at++ = (char)opts[i].val;
		if (opts[i].arg)
			*at++ = ':';
	}
}

static void make_tables(struct getopt_tables *t, const struct command *c)
{
	size_t count = 0;

	*t = (struct getopt_tables){ .of = c };
	/* '+': stop at the first word; ':': tell a missing argument apart. */
	snprintf(t->letters, sizeof(t->letters), "%s:", c->words ? "+" : "");
	add_opts(t, c->opts, c->nopts, &count);
	add_opts(t, common_opts, ARRAY_SIZE(common_opts), &count);
}

static bool is_ours(const struct getopt_tables *t, int val)
{
	const struct option *name;

	for (name = t->names; name->name; name++)
		if (name->val == val)
			return true;
	return false;
}

static void wrong_option(const struct getopt_tables *t, int opt, char **argv) __noreturn;
static void wrong_option(const struct getopt_tables *t, int opt, char **argv)
{
	const char letter[] = { '-', (char)optopt, '\0' }, *last = argv[optind - 1];
	const char *name = t->of->name;

	if (opt == ':')
		die(ST_FAIL, "%s needs a value; see cvmstat help %s",
		    strncmp(last, "--", 2) ? letter : last, name);
	/* A known one here is a long one with a value after it. */
	if (optopt && is_ours(t, optopt))
		die(ST_FAIL, "%s: there is no value to give; see cvmstat help %s", last, name);
	die(ST_FAIL, "cvmstat %s has no option %s; see cvmstat help %s", name,
	    optopt ? letter : last, name);
}

/* What is refused is not offered. */
static bool has_opt(const struct command *c, int val)
{
	return !(c->one_format && (val == OPT_JSON || val == OPT_CSV)) &&
	       !(c->no_file && val == 'o');
}

static void show_opts(FILE *f, const char *title, const struct command *c,
		      const struct opt *opts, size_t n)
{
	size_t i;
	int at;

	if (n)
		fprintf(f, "\n%s:\n", title);
	for (i = 0; i < n; i++) {
		if (opts == common_opts && !has_opt(c, opts[i].val))
			continue;
		if (opts[i].val < OPT_JSON)
			at = fprintf(f, "  -%c, --%s", opts[i].val, opts[i].name);
		else
			at = fprintf(f, "      --%s", opts[i].name);
		if (opts[i].arg)
			at += fprintf(f, " %s", opts[i].arg);
		fprintf(f, "%*s%s\n", at < TEXT_AT ? TEXT_AT - at : 1, "", opts[i].text);
	}
}

void command_help(FILE *f, const struct command *c)
{
	fprintf(f, "usage: cvmstat %s [OPTIONS]%s%s\n\n%s\n", c->name, c->args[0] ? " " : "",
		c->args, c->summary);
	show_opts(f, "Options", c, c->opts, c->nopts);
	show_opts(f, c->nopts ? "Options of all commands" : "Options", c, common_opts,
		  ARRAY_SIZE(common_opts));
	if (c->more)
		fprintf(f, "\n%s\n", c->more);
	fprintf(f, "\nExample: %s\nSee cvmstat(8) for more.\n", c->example);
}

/**
 * next_option - the next option that is the command's own
 * @c: the command
 * @argc: as main() had it
 * @argv: the same, from the command's name on
 * @o: what the options of all commands decide is kept here
 *
 * Return: its &opt.val, with the argument in optarg; -1 at the end.
 */
int next_option(const struct command *c, int argc, char **argv, struct out *o)
{
	static struct getopt_tables t;
	int opt;

	if (t.of != c)
		make_tables(&t, c);
	while ((opt = getopt_long(argc, argv, t.letters, t.names, NULL)) != -1) {
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
			command_help(stdout, c);
			exit(printed());
		case OPT_VERSION:
			printf("cvmstat %s\n", CVMSTAT_VERSION);
			exit(printed());
		case '?':
		case ':':
			wrong_option(&t, opt, argv);
		default:
			return opt;
		}
	}
	return -1;
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

/* Of -p: up to the kernel's PID_MAX_LIMIT. */
pid_t pid_option(const char *text)
{
	return (pid_t)number_option(text, "-p", 1, 4194304);
}
