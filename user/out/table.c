// SPDX-License-Identifier: GPL-2.0
/*
 * A sheet as text: libsmartcols draws it, and what does not fit the terminal
 * is decided here, because each of its versions divides widths in a way of its
 * own. First columns that can be spared go, the last of them first, then the one
 * whose text may be long, and at the end what is worth more than that; the long one, if
 * it stays, takes what is left.
 */
#include <stdlib.h>
#include <string.h>

#include <libsmartcols.h>

#include "out/table.h"

#define CELL_BYTES 1024
#define COLUMNS_MAX 32
#define SEPARATOR "  "
/* Between the items of a list. */
#define ITEM_END ", "
#define MORE ", ..."
/* The fewest columns of a long text: in a terminal that has not even these, lines break. */
#define LEAST_REST 4
/* Whatever libsmartcols is given fits. */
#define ANY_WIDTH 100000

/**
 * struct layout - how a sheet fits
 * @width: columns of the terminal, 0 for no limit
 * @widest: of each column
 * @hidden: what was spared
 * @rest: columns of the terminal for the long text, 0 for no limit
 */
struct layout {
	size_t width;
	size_t widest[COLUMNS_MAX];
	bool hidden[COLUMNS_MAX];
	size_t rest;
};

/* What a long text needs to be worth reading; 0 for a column that has none. */
static size_t least(const struct column *col)
{
	if (col->flags & COL_WRAP)
		return 24;
	if (col->flags & COL_ITEMS)
		return 34;
	return col->flags & COL_TRUNC ? 16 : 0;
}

static bool shown(const struct layout *l, const struct sheet *s, size_t col)
{
	return s->cols[col].flags & IN_TEXT && !l->hidden[col];
}

static void find_widths(struct layout *l, const struct sheet *s)
{
	char text[CELL_BYTES];
	size_t i, col;

	for (col = 0; col < s->ncols; col++)
		l->widest[col] = s->cols[col].title ? strlen(s->cols[col].title) : 0;
	for (i = 0; i < s->cells.n; i++) {
		col = i % s->ncols;
		cell_text(&s->cells.v[i], s->cols[col].show, text, sizeof(text));
		if (strlen(text) > l->widest[col])
			l->widest[col] = strlen(text);
	}
}

/* Columns of the terminal that all take; @others: not that of the long text. */
static size_t needed(const struct layout *l, const struct sheet *s, bool others)
{
	size_t col, sum = 0, min;
	bool first = true;

	for (col = 0; col < s->ncols; col++) {
		if (!shown(l, s, col))
			continue;
		sum += first ? 0 : strlen(SEPARATOR);
		first = false;
		min = least(&s->cols[col]);
		if (!min || (l->widest[col] < min && !others))
			sum += l->widest[col];
		else if (!others)
			sum += min;
	}
	return sum;
}

static void spare(struct layout *l, const struct sheet *s, int flag, bool long_text)
{
	size_t col = s->ncols;

	while (col-- > 0 && needed(l, s, false) > l->width)
		if (s->cols[col].flags & flag && !least(&s->cols[col]) == !long_text)
			l->hidden[col] = true;
}

static void lay_out(struct layout *l, const struct sheet *s, int width)
{
	size_t others;

	*l = (struct layout){ .width = (size_t)width };
	if (!width)
		return;
	find_widths(l, s);
	spare(l, s, COL_SPARE, false);
	spare(l, s, COL_SPARE, true);
	spare(l, s, COL_LAST, false);
	others = needed(l, s, true);
	l->rest = l->width > others + LEAST_REST ? l->width - others : LEAST_REST;
}

/* Cut after the last item that fits as a whole. */
static void cut_items(char *text, size_t room)
{
	char *at, *end = NULL;

	if (strlen(text) <= room)
		return;
	for (at = text; (at = strstr(at, ITEM_END)); at += strlen(ITEM_END))
		if ((size_t)(at - text) + strlen(MORE) <= room)
			end = at;
	if (end)
		memcpy(end, MORE, sizeof(MORE));
}

/* Break at blanks, into lines of a cell. */
static void wrap_words(char *text, size_t room)
{
	char *line = text, *at, *blank = NULL;

	for (at = text; *at; at++) {
		if (*at == ' ')
			blank = at;
		if ((size_t)(at - line) < room || !blank)
			continue;
		*blank = '\n';
		line = blank + 1;
		blank = NULL;
	}
}

static void fit(const struct layout *l, const struct column *col, char *text)
{
	if (l->rest && col->flags & COL_ITEMS)
		cut_items(text, l->rest);
	if (l->rest && col->flags & (COL_ITEMS | COL_TRUNC) && strlen(text) > l->rest)
		text[l->rest] = '\0';
	if (l->rest && col->flags & COL_WRAP)
		wrap_words(text, l->rest);
}

static void add_column(struct libscols_table *table, const struct column *from, bool color)
{
	struct libscols_column *col;
	int flags = 0;

	if (from->flags & COL_RIGHT)
		flags |= SCOLS_FL_RIGHT;
	if (from->flags & COL_WRAP)
		flags |= SCOLS_FL_WRAP;
	col = scols_table_new_column(table, from->title, 0, flags);
	if (!col)
		die(ST_FAIL, "out of memory");
	if (from->flags & COL_WRAP) {
		scols_column_set_safechars(col, "\n");
		scols_column_set_wrapfunc(col, scols_wrapnl_chunksize, scols_wrapnl_nextchunk,
					  NULL);
	}
	if (color)
		scols_cell_set_color(scols_column_get_header(col), "bold");
}

static void add_row(struct libscols_table *table, const struct layout *l, const struct sheet *s,
		    const struct cell *row)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char text[CELL_BYTES];
	size_t i, at = 0;

	for (i = 0; i < s->ncols; i++) {
		if (!shown(l, s, i))
			continue;
		cell_text(&row[i], s->cols[i].show, text, sizeof(text));
		fit(l, &s->cols[i], text);
		if (!line || scols_line_set_data(line, at++, text))
			die(ST_FAIL, "out of memory");
	}
}

static void print_table(FILE *f, const struct sheet *s, int width, bool color)
{
	struct libscols_table *table = scols_new_table();
	struct layout l;
	size_t i;

	if (!table)
		die(ST_FAIL, "out of memory");
	lay_out(&l, s, width);
	scols_table_set_stream(table, f);
	scols_table_set_column_separator(table, SEPARATOR);
	scols_table_enable_colors(table, color);
	scols_table_set_termforce(table, width ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
	scols_table_set_termwidth(table, ANY_WIDTH);
	for (i = 0; i < s->ncols; i++)
		if (shown(&l, s, i))
			add_column(table, &s->cols[i], color);
	for (i = 0; i + s->ncols <= s->cells.n; i += s->ncols)
		add_row(table, &l, s, &s->cells.v[i]);
	scols_print_table(table);
	scols_unref_table(table);
}

/**
 * text_table - print the text columns of a sheet
 * @f: where to
 * @s: the sheet
 * @width: columns of the terminal, 0 for no limit
 * @color: whether to use escape sequences
 *
 * Lines are indented by one column and have no blanks at their end.
 */
void text_table(FILE *f, const struct sheet *s, int width, bool color)
{
	char *text = NULL, *rest, *line;
	size_t size = 0, len;
	FILE *mem = open_memstream(&text, &size);

	if (!mem)
		die(ST_FAIL, "out of memory");
	print_table(mem, s, width > 1 ? width - 1 : width, color);
	fclose(mem);
	for (rest = text; (line = strsep(&rest, "\n")) && (rest || *line);) {
		for (len = strlen(line); len && line[len - 1] == ' ';)
			len--;
		fprintf(f, " %.*s\n", (int)len, line);
	}
	free(text);
}
