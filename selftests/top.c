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

#include "lib/module.h"
#include "lib/screen.h"
#include "lib/test.h"

#define RIGHT	"\033OC"
#define LEFT	"\033OD"

#define ROWS	24
#define COLS	80
#define HEAD	4	/* rows above the table's first */

static const char *platform_name(void)
{
	static const char *const names[] = {
		[CVMSTAT_PLATFORM_NONE] = "", [CVMSTAT_PLATFORM_SEV_ES] = "SEV-ES",
		[CVMSTAT_PLATFORM_SNP] = "SEV-SNP", [CVMSTAT_PLATFORM_TDX] = "TDX",
	};

	return names[module_platform()];
}

/* The rows of the table on the screen that begin with a text. */
static int rows_with(const struct screen *s, const char *start)
{
	int i, n = 0;

	for (i = HEAD; i < s->rows; i++)
		n += !strncmp(s->line[i], start, strlen(start));
	return n;
}

/* False, for a condition that was not met. */
static bool show(const struct screen *s)
{
	int i;

	for (i = 0; i < s->rows; i++)
		ksft_print_msg("| %.*s\n", s->cols, s->line[i]);
	return false;
}

FIXTURE(top) {
	struct screen screen;
};

/* Until there is a row of an exit. */
FIXTURE_SETUP(top)
{
	const char *const argv[] = { "cvmstat", "top", "-d", "0.2", NULL };

	ASSERT_EQ(0, screen_run(&self->screen, ROWS, COLS, argv));
	ASSERT_TRUE(screen_wait(&self->screen, "[reasons]", "collecting") ||
		    show(&self->screen));
	ASSERT_TRUE(screen_wait(&self->screen, " exit ", NULL) ||
		    show(&self->screen));
}

/* The end by a key, status 0. */
FIXTURE_TEARDOWN(top)
{
	screen_keys(&self->screen, "q");
	EXPECT_EQ(0, screen_end(&self->screen));
}

#define PRESS(keys)	screen_keys(&self->screen, keys)

#define EXPECT_SCREEN(condition) \
	EXPECT_TRUE((condition) || show(&self->screen))

/* The text comes, and the other one goes. */
#define EXPECT_SHOWS(text, absent) \
	EXPECT_SCREEN(screen_wait(&self->screen, text, absent))

/* The title is this guest's, there is a row of an exit, the keys are on the last row. */
TEST_LONG(top, first_screen)
{
	const struct screen *s = &self->screen;
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	struct utsname name;
	char title[128];
	double exits;

	uname(&name);
	snprintf(title, sizeof(title), "cvmstat top  %s, %ld vCPU%s, %s",
		 platform_name(), cpus, cpus > 1 ? "s" : "", name.release);
	/* Cut at the right edge. */
	title[COLS] = '\0';
	EXPECT_SHOWS("exits/s", NULL);
	EXPECT_SCREEN(!strncmp(s->line[0], title, strlen(title)));
	EXPECT_SCREEN(rows_with(s, " exit "));
	EXPECT_SCREEN(sscanf(s->line[1], "%lf", &exits) == 1 && exits > 0);
	EXPECT_SCREEN(!strncmp(s->line[ROWS - 1], "q quit", 6));
}

TEST_LONG(top, views)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	char row[32];

	/* One row for the last CPU. */
	snprintf(row, sizeof(row), "   %ld ", cpus - 1);
	PRESS(RIGHT);
	EXPECT_SHOWS("[purposes]", "[reasons]");
	EXPECT_SHOWS(" exit ", NULL);
	PRESS(RIGHT);
	EXPECT_SHOWS("[cpus]", " exit ");
	EXPECT_SHOWS(row, NULL);
	EXPECT_SCREEN(rows_with(&self->screen, row) == 1);
	PRESS(RIGHT);
	EXPECT_SHOWS("[details]", "[cpus]");
	EXPECT_SHOWS("0x", NULL);
	PRESS(RIGHT);
	EXPECT_SHOWS("[rips]", "[details]");
	PRESS(RIGHT);
	EXPECT_SHOWS("[tasks]", "[rips]");
	/* The one that asks. */
	EXPECT_SHOWS(" cvmstat", NULL);
	PRESS(RIGHT);
	EXPECT_SHOWS("[cgroups]", "[tasks]");
	PRESS("\t");
	EXPECT_SHOWS("[reasons]", "[cgroups]");
	EXPECT_SHOWS(" exit ", NULL);
	PRESS(LEFT);
	EXPECT_SHOWS("[cgroups]", "[reasons]");
}

TEST_LONG(top, settings)
{
	PRESS("+");
	EXPECT_SHOWS("every 0.4 s", NULL);
	PRESS("s0.2\r");
	EXPECT_SHOWS("every 0.2 s", NULL);
	/* No row has this text, and then all rows again. */
	PRESS("/no such reason\r");
	EXPECT_SHOWS("filter: no such reason", " exit ");
	PRESS("/\r");
	EXPECT_SHOWS(" exit ", "filter:");
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
		memcpy(before, now, sizeof(before));
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

/* In the order of a column, in the other, and in its own. */
TEST_LONG(top, order)
{
	PRESS(">>");
	EXPECT_SCREEN(screen_wait_for(&self->screen, rises));
	PRESS("R");
	EXPECT_SCREEN(screen_wait_for(&self->screen, falls));
	PRESS("R<<");
	EXPECT_SHOWS(" exit ", "  by reason");
}

/* All of it is there on 40x10, too. */
TEST_LONG(top, resize)
{
	screen_resize(&self->screen, 10, 40);
	EXPECT_SHOWS(" exit ", NULL);
	EXPECT_SHOWS("q quit", NULL);
	EXPECT_SCREEN(!strncmp(self->screen.line[9], "q quit", 6));
}

int main(int argc, char **argv)
{
	module_need();
	if (module_platform() == CVMSTAT_PLATFORM_NONE)
		ksft_exit_skip("not a confidential guest: nothing is sure to be counted\n");
	return harness(argc, argv);
}
