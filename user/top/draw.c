// SPDX-License-Identifier: GPL-2.0
/* The screen of cvmstat top: a head, one view's table, a line of keys. */
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "counts/keep.h"
#include "counts/trouble.h"
#include "names/names.h"
#include "out/sort.h"
#include "out/table.h"
#include "top/term.h"
#include "top/top.h"

static void draw_head(const struct top *t)
{
	const struct info *info = &t->before.info;
	char line[256], exits[32], traps[32], bounced[32];
	u64 bytes;
	size_t i;
	int at;

	snprintf(line, sizeof(line), "cvmstat top  %s, %u vCPU%s, %s  every %.1f s%s%s",
		 platform_name(info->platform), info->online_cpus,
		 info->online_cpus == 1 ? "" : "s", info->kernel, t->delay_ms / 1000.0,
		 t->d.trouble ? "  " : "", trouble_brief(t->d.trouble));
	term_line(0, LOOK_BOLD, line);
	bytes = snapshot_bounced(&t->d);
	if (t->d.ns)
		bytes = (u64)((double)bytes * 1e9 / (double)t->d.ns);
	snprintf(line, sizeof(line), "%s exits/s  %s traps/s  %s/s bounced",
		 grouped((u64)kind_rate(&t->d, KIND_EXIT), exits, sizeof(exits)),
		 grouped((u64)kind_rate(&t->d, KIND_TRAP), traps, sizeof(traps)),
		 bytes_text(bytes, bounced, sizeof(bounced)));
	term_line(1, LOOK_PLAIN, line);
	for (i = 0, at = 0; i < VIEW_COUNT; i++)
		at += snprintf(line + at, sizeof(line) - (size_t)at,
			       i == t->view ? "[%s]" : " %s ", views[i].name);
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

/* A view without a line says why. */
static const char *why_empty(const struct top *t)
{
	const struct config *c = &t->before.config;
	u32 want = views[t->view].want;

	if (want & WANT(RIPS) && !c->rips)
		return "no instruction pointers are kept: cvmstat set rips on";
	if (want & WANT(DETAILS) && !c->details)
		return "no details are kept: cvmstat set details on";
	return "nothing was counted between two looks";
}

static void draw_table(struct top *t, int rows, int cols)
{
	struct column columns[VIEW_COLUMNS];
	struct sheet s = { 0 };
	char *text = NULL;
	size_t size = 0;
	FILE *mem;
	int shown;

	if (views[t->view].fill)
		views[t->view].fill(&t->d, &s, columns);
	else
		views[t->view].fill_crowd(&t->d, &t->crowd, &s, columns);
	sort_rows(t, &s);
	if (!s.cells.n)
		term_line(HEAD_LINES + 1, LOOK_PLAIN, why_empty(t));
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

void top_draw(struct top *t)
{
	int rows, cols;

	term_size(&rows, &cols);
	term_start();
	if (!t->connected)
		term_line(HEAD_LINES, LOOK_BOLD, t->problem);
	else if (views[t->view].see && !t->has_pmu)
		term_line(HEAD_LINES, LOOK_PLAIN,
			  "the loaded module has no PMU, which tells tasks apart");
	else if (!t->d.ns)
		term_line(HEAD_LINES, LOOK_PLAIN, "collecting");
	else
		draw_table(t, rows, cols);
	draw_head(t);
	draw_foot(t, rows);
	term_show();
}
