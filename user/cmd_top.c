// SPDX-License-Identifier: GPL-2.0
/* cvmstat top: exits as they happen. */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "diff.h"
#include "names.h"
#include "term.h"
#include "top_views.h"

#define MIN_DELAY_MS 100
#define MAX_DELAY_MS 60000
/* After a change of view, so that the screen is not empty for long. */
#define FIRST_DELAY_MS 500
#define HEAD_LINES 3

#define KEYS \
	"Keys:\n" \
	"  left, right, Tab        another view: reasons, CPUs, details, code (RIPs)\n" \
	"  up, down, page up/down  scroll\n" \
	"  <, >                    sort by the column to the left, to the right\n" \
	"  R                       reverse the order\n" \
	"  /                       show only lines that hold a text; none: all\n" \
	"  s                       type another delay\n" \
	"  +, -                    double, halve the delay\n" \
	"  q                       quit"

enum typing { TYPING_NOTHING, TYPING_FILTER, TYPING_DELAY };

/**
 * struct order - the order of a view's rows
 * @sorted: by column @col; else as the view itself has them
 * @col: in the sheet
 * @step: to another column, as soon as there is a sheet
 * @reverse: the other way round
 */
struct order {
	bool sorted;
	int col;
	int step;
	bool reverse;
};

struct top {
	struct family family;
	size_t view;
	struct order orders[VIEW_COUNT];
	const char *by;		/* title of the column that rows are sorted by */
	int delay_ms;
	char filter[64];
	int scroll;
	enum typing typing;
	char input[64];
	struct snapshot before;
	struct snapshot d;
	bool connected;
	char problem[320];
	bool quit;
};

static const struct opt opts[] = {
	{ 'd', "delay", "SECONDS", "time between two looks, 0.1 to 60; 2 without it" },
};

/* The window since the last sample; a module that went away is waited for. */
static void sample(struct top *t)
{
	const struct view *v = &views[t->view];
	struct snapshot now = { 0 };

	if (!t->connected)
		t->connected = family_open(&t->family);
	if (!t->connected)
		return;
	if (!snapshot_try(&t->family, &now, v->want, v->per_cpu)) {
		if (t->family.failure == FAIL_NO_PERMISSION)
			family_die(&t->family);
		snprintf(t->problem, sizeof(t->problem), "waiting for the module: %s",
			 t->family.text);
		family_close(&t->family);
		t->connected = false;
		snapshot_free(&now);
		return;
	}
	snapshot_free(&t->d);
	if (t->before.ns)
		snapshot_diff(&t->before, &now, &t->d);
	snapshot_free(&t->before);
	t->before = now;
}

static void draw_head(const struct top *t)
{
	const struct info *info = &t->before.info;
	char line[256], exits[32], traps[32], bounced[32];
	u64 bytes = 0;
	size_t i;
	int at;

	snprintf(line, sizeof(line), "cvmstat top  %s, %u vCPU%s, %s  every %.1f s%s%s",
		 platform_name(info->platform), info->online_cpus,
		 info->online_cpus == 1 ? "" : "s", info->kernel, t->delay_ms / 1000.0,
		 t->d.trouble ? "  " : "", t->d.trouble & TROUBLE_RELOADED ? "(reloaded)" :
		 t->d.trouble & TROUBLE_CPUS ? "(CPUs changed)" :
		 t->d.trouble & TROUBLE_MISSED ? "(hits missed)" : "");
	term_line(0, LOOK_BOLD, line);
	for (i = 0; i < t->d.bounces.n; i++)
		bytes = sat_add(bytes, t->d.bounces.v[i].bytes);
	if (t->d.ns)
		bytes = (u64)((double)bytes * 1e9 / (double)t->d.ns);
	snprintf(line, sizeof(line), "%s exits/s  %s traps/s  %s/s bounced",
		 grouped((u64)kind_rate(&t->d, KIND_EXIT), exits, sizeof(exits)),
		 grouped((u64)kind_rate(&t->d, KIND_TRAP), traps, sizeof(traps)),
		 bytes_text(bytes, bounced, sizeof(bounced)));
	term_line(1, LOOK_PLAIN, line);
	for (i = 0, at = 0; i < VIEW_COUNT; i++)
		at += snprintf(line + at, sizeof(line) - (size_t)at,
			       i == t->view ? "[%s] " : " %s  ", views[i].name);
	if (t->by)
		at += snprintf(line + at, sizeof(line) - (size_t)at, "  by %s", t->by);
	if (t->orders[t->view].reverse)
		at += snprintf(line + at, sizeof(line) - (size_t)at, "  reversed");
	if (t->filter[0])
		snprintf(line + at, sizeof(line) - (size_t)at, "  filter: %s", t->filter);
	term_line(2, LOOK_PLAIN, line);
}

/* The lines of the view that pass the filter, from the scroll position on. */
static int draw_body(struct top *t, char *text, int rows)
{
	int row = HEAD_LINES, skip = t->scroll, shown = 0;
	char *rest = text, *line;

	line = strsep(&rest, "\n");
	term_line(row++, LOOK_REVERSE, line);
	while ((line = strsep(&rest, "\n"))) {
		if (!*line || (t->filter[0] && !strcasestr(line, t->filter)))
			continue;
		shown++;
		if (skip-- > 0 || row >= rows - 1)
			continue;
		term_line(row++, LOOK_PLAIN, line);
	}
	return shown;
}

/* Columns go round: beyond the last is the view's own order, then the first. */
static void sort_rows(struct top *t, struct sheet *s)
{
	struct order *order = &t->orders[t->view];

	if (order->step) {
		order->col = sheet_column(s, order->sorted ? order->col :
					  order->step > 0 ? -1 : (int)s->ncols, order->step);
		order->sorted = order->col >= 0;
		order->step = 0;
	}
	t->by = order->sorted ? s->cols[order->col].title : NULL;
	if (order->sorted || order->reverse)
		sheet_sort(s, order->sorted ? order->col : -1, order->reverse);
}

static void draw_table(struct top *t, int rows, int cols)
{
	struct column columns[VIEW_COLUMNS];
	struct sheet s = { 0 };
	char *text = NULL;
	size_t size = 0;
	FILE *mem;
	int shown;

	views[t->view].fill(&t->d, &s, columns);
	sort_rows(t, &s);
	mem = open_memstream(&text, &size);
	if (!mem)
		die(ST_FAIL, "out of memory");
	text_table(mem, &s, cols, false);
	fclose(mem);
	shown = draw_body(t, text, rows);
	if (t->scroll >= shown)
		t->scroll = shown ? shown - 1 : 0;
	free(text);
	sheet_free(&s);
}

static void draw_foot(const struct top *t, int rows)
{
	char line[128];

	if (t->typing == TYPING_FILTER)
		snprintf(line, sizeof(line), "filter: %s_", t->input);
	else if (t->typing == TYPING_DELAY)
		snprintf(line, sizeof(line), "seconds: %s_", t->input);
	else
		snprintf(line, sizeof(line),
			 "q quit  arrows view, scroll  < > sort  R reverse  / filter  s delay  +/- speed");
	term_line(rows - 1, LOOK_REVERSE, line);
}

static void draw(struct top *t)
{
	int rows, cols;

	term_size(&rows, &cols);
	term_start();
	if (!t->connected)
		term_line(HEAD_LINES, LOOK_BOLD, t->problem);
	else if (!t->d.ns)
		term_line(HEAD_LINES, LOOK_PLAIN, "collecting");
	else
		draw_table(t, rows, cols);
	draw_head(t);
	draw_foot(t, rows);
	term_show();
}

static void set_delay(struct top *t, int delay_ms)
{
	if (delay_ms < MIN_DELAY_MS)
		delay_ms = MIN_DELAY_MS;
	t->delay_ms = delay_ms > MAX_DELAY_MS ? MAX_DELAY_MS : delay_ms;
}

static void set_view(struct top *t, int step)
{
	t->view = (t->view + VIEW_COUNT + (size_t)step) % VIEW_COUNT;
	t->scroll = 0;
	snapshot_free(&t->before);
	snapshot_free(&t->d);
	sample(t);
}

static void set_order(struct top *t, int step, bool reverse)
{
	struct order *order = &t->orders[t->view];

	order->step = step;
	order->reverse ^= reverse;
	t->scroll = 0;
}

static void scroll_by(struct top *t, int lines)
{
	t->scroll += lines;
	if (t->scroll < 0)
		t->scroll = 0;
}

static void end_typing(struct top *t)
{
	double seconds = strtod(t->input, NULL);

	if (t->typing == TYPING_FILTER)
		snprintf(t->filter, sizeof(t->filter), "%s", t->input);
	else if (seconds > 0 && seconds <= MAX_DELAY_MS / 1000.0)
		set_delay(t, (int)(seconds * 1000));
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

static void start_typing(struct top *t, enum typing what)
{
	t->typing = what;
	memset(t->input, 0, sizeof(t->input));
}

static void handle_key(struct top *t, int key)
{
	int rows, cols;

	term_size(&rows, &cols);
	switch (key) {
	case 'q':
		t->quit = true;
		break;
	case 's':
	case 'd':
		start_typing(t, TYPING_DELAY);
		break;
	case '/':
		start_typing(t, TYPING_FILTER);
		break;
	case '+':
		set_delay(t, t->delay_ms * 2);
		break;
	case '-':
		set_delay(t, t->delay_ms / 2);
		break;
	case '<':
		set_order(t, -1, false);
		break;
	case '>':
		set_order(t, 1, false);
		break;
	case 'R':
		set_order(t, 0, true);
		break;
	case KEY_GO_LEFT:
		set_view(t, -1);
		break;
	case KEY_GO_RIGHT:
	case '\t':
		set_view(t, 1);
		break;
	case KEY_GO_UP:
		scroll_by(t, -1);
		break;
	case KEY_GO_DOWN:
		scroll_by(t, 1);
		break;
	case KEY_PAGE_UP:
		scroll_by(t, HEAD_LINES + 2 - rows);
		break;
	case KEY_PAGE_DOWN:
		scroll_by(t, rows - HEAD_LINES - 2);
		break;
	}
}

static void watch(struct top *t)
{
	u64 next, now;
	int key, wait_ms;

	sample(t);
	while (!t->quit) {
		draw(t);
		next = now_ns() + (u64)t->delay_ms * 1000000;
		if (!t->d.ns && t->delay_ms > FIRST_DELAY_MS)
			next = now_ns() + FIRST_DELAY_MS * 1000000ULL;
		do {
			now = now_ns();
			wait_ms = now < next ? (int)((next - now) / 1000000) : 0;
			key = term_key(wait_ms);
			if (key == KEY_NOTHING)
				break;
			if (t->typing)
				type_key(t, key);
			else
				handle_key(t, key);
			draw(t);
		} while (!t->quit);
		if (!t->quit)
			sample(t);
	}
}

static void delay_option(struct top *t, const char *text)
{
	double seconds;
	char *end;

	seconds = strtod(text, &end);
	if (*end || end == text || !(seconds > 0 && seconds <= MAX_DELAY_MS / 1000.0))
		die(ST_FAIL, "-d needs seconds up to %d, not '%s'", MAX_DELAY_MS / 1000, text);
	set_delay(t, (int)(seconds * 1000));
}

static int run(const struct command *self, int argc, char **argv)
{
	struct top t = { .delay_ms = 2000 };
	struct out o = { 0 };
	int opt;

	while ((opt = next_option(self, argc, argv, &o)) != -1)
		delay_option(&t, optarg);
	no_arguments(argc, argv);
	if (o.format != OUT_TEXT || o.path)
		die(ST_FAIL, "top is for a terminal; for a file use cvmstat stat -I");
	family_need(&t.family);
	t.connected = true;
	term_open(!o.no_color);
	watch(&t);
	term_close();
	snapshot_free(&t.before);
	snapshot_free(&t.d);
	if (t.connected)
		family_close(&t.family);
	return ST_OK;
}

const struct command cmd_top = {
	.name = "top",
	.run = run,
	.summary = "exits as they happen, by reason, CPU, detail or code",
	.args = "",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.more = KEYS,
	.example = "cvmstat top -d 0.5",
};
