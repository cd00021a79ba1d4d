// SPDX-License-Identifier: GPL-2.0
/* The keys of cvmstat top: each is a row of a table. */
#include <stdlib.h>
#include <string.h>

#include "counts/keep.h"
#include "top/term.h"
#include "top/top.h"

static void set_delay(struct top *t, int delay_ms)
{
	if (delay_ms < MIN_DELAY_MS)
		delay_ms = MIN_DELAY_MS;
	t->delay_ms = delay_ms > MAX_DELAY_MS ? MAX_DELAY_MS : delay_ms;
}

/* Another view has other figures: there is no sample of it yet. */
static void set_view(struct top *t, int step)
{
	t->view = (t->view + VIEW_COUNT + (size_t)step) % VIEW_COUNT;
	t->scroll = 0;
	snapshot_free(&t->before);
	snapshot_free(&t->d);
}

static void sort_by(struct top *t, int step)
{
	t->orders[t->view].step = step;
	t->scroll = 0;
}

static void reverse(struct top *t, int unused)
{
	(void)unused;
	t->orders[t->view].reverse = !t->orders[t->view].reverse;
	t->scroll = 0;
}

static void scroll_lines(struct top *t, int lines)
{
	t->scroll += lines;
	if (t->scroll < 0)
		t->scroll = 0;
}

/* Two lines of the last page stay. */
static void scroll_pages(struct top *t, int pages)
{
	int rows, cols;

	term_size(&rows, &cols);
	scroll_lines(t, pages * (rows - HEAD_LINES - 2));
}

static void double_delay(struct top *t, int unused)
{
	(void)unused;
	set_delay(t, t->delay_ms * 2);
}

static void halve_delay(struct top *t, int unused)
{
	(void)unused;
	set_delay(t, t->delay_ms / 2);
}

static void quit(struct top *t, int unused)
{
	(void)unused;
	t->quit = true;
}

/**
 * top_delay - set the time between two samples
 * @seconds: as it was typed
 *
 * Return: false if it is no such time; nothing is changed then.
 */
bool top_delay(struct top *t, const char *seconds)
{
	char *end;
	double val = strtod(seconds, &end);

	if (*end || end == seconds ||
	    !(val >= MIN_DELAY_MS / 1000.0 && val <= MAX_DELAY_MS / 1000.0))
		return false;
	set_delay(t, (int)(val * 1000));
	return true;
}

static void end_typing(struct top *t)
{
	if (t->typing == TYPING_FILTER)
		snprintf(t->filter, sizeof(t->filter), "%s", t->input);
	else
		top_delay(t, t->input);
	t->typing = TYPING_NOTHING;
	t->scroll = 0;
}

static void type_key(struct top *t, int key)
{
	size_t len = strlen(t->input);

	if (key == KEY_RETURN)
		end_typing(t);
	else if (key == KEY_ESCAPE)
		t->typing = TYPING_NOTHING;
	else if (key == KEY_ERASE && len)
		t->input[len - 1] = '\0';
	else if (key >= ' ' && key < 127 && len + 1 < sizeof(t->input))
		t->input[len] = (char)key;
}

static void start_typing(struct top *t, int what)
{
	t->typing = (enum typing)what;
	memset(t->input, 0, sizeof(t->input));
}

const char top_keys_help[] =
"Keys:\n"
	"  left, right, Tab        another view: reasons, purposes, CPUs, details, code (RIPs),\n"
	"                         tasks, control groups\n"
	"  up, down, page up/down  scroll\n"
	"  <, >                    sort by the column to the left, to the right\n"
	"  R                       reverse the order\n"
	"  /                       show only lines that hold a text; none: all\n"
	"  s                       type another delay\n"
	"  +, -                    double, halve the delay\n"
	"  q                       quit";

static const struct {
	int key;
	void (*act)(struct top *t, int arg);
	int arg;
} keys[] = {
	{ 'q', quit, 0 },
	{ KEY_GO_LEFT, set_view, -1 },
	{ KEY_GO_RIGHT, set_view, 1 },
	{ '\t', set_view, 1 },
	{ KEY_GO_UP, scroll_lines, -1 },
	{ KEY_GO_DOWN, scroll_lines, 1 },
	{ KEY_PAGE_UP, scroll_pages, -1 },
	{ KEY_PAGE_DOWN, scroll_pages, 1 },
	{ '<', sort_by, -1 },
	{ '>', sort_by, 1 },
	{ 'R', reverse, 0 },
	{ '/', start_typing, TYPING_FILTER },
	{ 's', start_typing, TYPING_DELAY },
	{ 'd', start_typing, TYPING_DELAY },
	{ '+', double_delay, 0 },
	{ '-', halve_delay, 0 },
};

/* Do what a key stands for, or add it to what is typed. */
void top_key(struct top *t, int key)
{
	size_t i;

	if (t->typing) {
		type_key(t, key);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].key == key)
			keys[i].act(t, keys[i].arg);
}
