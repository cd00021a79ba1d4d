// SPDX-License-Identifier: GPL-2.0
/*
 * cvmstat top on a terminal, driven by its keys: what is on the screen is what
 * is known of this guest.
 *
 * needs: confidential
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "kselftest.h"

#include "lib/module.h"
#include "lib/screen.h"

#define RIGHT	"\033OC"
#define LEFT	"\033OD"

#define ROWS	24
#define COLS	80
#define HEAD	4	/* rows above the table's first */

static struct screen screen;

static void show_screen(void)
{
	int i;

	for (i = 0; i < screen.rows; i++)
		ksft_print_msg("| %.*s\n", screen.cols, screen.line[i]);
}

static void result(bool good, const char *name)
{
	if (!good)
		show_screen();
	ksft_test_result(good, "%s\n", name);
}

static const char *platform_name(void)
{
	static const char *const names[] = {
		[CVMSTAT_PLATFORM_NONE] = "", [CVMSTAT_PLATFORM_SEV_ES] = "SEV-ES",
		[CVMSTAT_PLATFORM_SNP] = "SEV-SNP", [CVMSTAT_PLATFORM_TDX] = "TDX",
	};

	return names[module_platform()];
}

/* The rows of the table on the screen that begin with a text. */
static int rows_with(const char *start)
{
	int i, n = 0;

	for (i = HEAD; i < screen.rows; i++)
		n += !strncmp(screen.line[i], start, strlen(start));
	return n;
}

static void test_start(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	struct utsname name;
	char title[128];
	double exits = -1;

	uname(&name);
	snprintf(title, sizeof(title), "cvmstat top  %s, %ld vCPU%s, %s",
		 platform_name(), cpus, cpus > 1 ? "s" : "", name.release);
	/* Cut at the right edge. */
	title[COLS] = '\0';
	result(screen_wait(&screen, "exits/s", NULL) &&
	       !strncmp(screen.line[0], title, strlen(title)),
	       "the title is this guest's");
	result(screen_wait(&screen, "[reasons]", "collecting") &&
	       screen_wait(&screen, " exit ", NULL) && rows_with(" exit "),
	       "reasons: a row of an exit");
	sscanf(screen.line[1], "%lf", &exits);
	result(exits > 0, "exits in a second are counted");
	result(!strncmp(screen.line[ROWS - 1], "q quit", 6),
	       "the keys are on the last row");
}

static void test_views(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	char row[32];

	snprintf(row, sizeof(row), "   %ld ", cpus - 1);
	screen_keys(&screen, RIGHT);
	result(screen_wait(&screen, "[cpus]", " exit ") &&
	       screen_wait(&screen, row, NULL) && rows_with(row) == 1,
	       "right: one row for the last CPU");
	screen_keys(&screen, RIGHT);
	result(screen_wait(&screen, "[details]", "[cpus]") &&
	       screen_wait(&screen, "0x", NULL), "right: details");
	screen_keys(&screen, RIGHT);
	result(screen_wait(&screen, "[rips]", "[details]"), "right: rips");
	screen_keys(&screen, "\t");
	result(screen_wait(&screen, "[reasons]", "[rips]") &&
	       screen_wait(&screen, " exit ", NULL), "tab: reasons again");
	screen_keys(&screen, LEFT);
	result(screen_wait(&screen, "[rips]", "[reasons]"), "left: rips");
	screen_keys(&screen, "\t");
	screen_wait(&screen, " exit ", NULL);
}

static void test_settings(void)
{
	screen_keys(&screen, "+");
	result(screen_wait(&screen, "every 1.0 s", NULL), "+: half as often");
	screen_keys(&screen, "s0.5\r");
	result(screen_wait(&screen, "every 0.5 s", NULL), "s: as often as typed");
	screen_keys(&screen, "/no such reason\r");
	result(screen_wait(&screen, "filter: no such reason", " exit "),
	       "/: no row has this text");
	screen_keys(&screen, "/\r");
	result(screen_wait(&screen, " exit ", "filter:"), "/: all rows again");
}

/* The second words of the table's lines rise by so many, or fall by so many. */
static void count_steps(const struct screen *s, int *up, int *down)
{
	char before[COLS + 1] = "", now[COLS + 1];
	int i;

	*up = 0;
	*down = 0;
	for (i = HEAD; i < ROWS - 1; i++) {
		if (sscanf(s->line[i], " %*s %80s", now) != 1)
			continue;
		if (*before && strcmp(before, now) < 0)
			++*up;
		else if (*before && strcmp(before, now) > 0)
			++*down;
		strcpy(before, now);
	}
}

static bool rises(const struct screen *s)
{
	int up, down;

	count_steps(s, &up, &down);
	return screen_has(s, "  by reason") && up && !down;
}

static bool falls(const struct screen *s)
{
	int up, down;

	count_steps(s, &up, &down);
	return screen_has(s, "  by reason  reversed") && down && !up;
}

static void test_order(void)
{
	screen_keys(&screen, ">>");
	result(screen_wait_for(&screen, rises), ">: rows in the order of a column");
	screen_keys(&screen, "R");
	result(screen_wait_for(&screen, falls), "R: in the other");
	screen_keys(&screen, "R<<");
	result(screen_wait(&screen, " exit ", "  by reason"), "<: in its own");
}

static void test_resize(void)
{
	screen_resize(&screen, 10, 40);
	result(screen_wait(&screen, " exit ", NULL) &&
	       screen_wait(&screen, "q quit", NULL) &&
	       !strncmp(screen.line[9], "q quit", 6), "40x10: all of it is there");
}

int main(void)
{
	const char *const argv[] = { "cvmstat", "top", "-d", "0.5", NULL };

	ksft_print_header();
	module_need();
	if (module_platform() == CVMSTAT_PLATFORM_NONE)
		ksft_exit_skip("not a confidential guest: nothing is sure to be counted\n");
	ksft_set_plan(18);
	if (screen_run(&screen, ROWS, COLS, argv))
		ksft_exit_fail_msg("no terminal: %m\n");
	test_start();
	test_views();
	test_settings();
	test_order();
	test_resize();
	screen_keys(&screen, "q");
	result(!screen_end(&screen), "q: the end, status 0");
	ksft_finished();
}
