// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include <libsmartcols.h>

#include "out.h"

#define CELL_BYTES 1024

void put_u64(struct sheet *s, u64 val)
{
	struct cell *c = cell_push(&s->cells);

	c->type = CELL_U64;
	c->num = val;
}

void put_real(struct sheet *s, double val)
{
	struct cell *c = cell_push(&s->cells);

	c->type = CELL_REAL;
	c->real = val;
}

void put_string(struct sheet *s, const char *val)
{
	struct cell *c = cell_push(&s->cells);

	c->type = CELL_STRING;
	c->string = xstrdup(val);
}

/* Codes and addresses: as strings, for programs whose numbers are doubles. */
void put_hex(struct sheet *s, u64 val)
{
	struct cell *c = cell_push(&s->cells);

	c->type = CELL_STRING;
	c->string = xasprintf("0x%llx", val);
}

void put_bool(struct sheet *s, bool val)
{
	struct cell *c = cell_push(&s->cells);

	c->type = CELL_BOOL;
	c->num = val;
}

void put_none(struct sheet *s)
{
	cell_push(&s->cells);
}

void sheet_free(struct sheet *s)
{
	size_t i;

	for (i = 0; i < s->cells.n; i++)
		if (s->cells.v[i].type == CELL_STRING)
			free(s->cells.v[i].string);
	free(s->cells.v);
	s->cells = (struct cell_vec){ 0 };
}

static void add_columns(struct libscols_table *table, const struct sheet *s, bool color)
{
	struct libscols_column *col;
	size_t i;
	int flags;

	for (i = 0; i < s->ncols; i++) {
		if (!(s->cols[i].flags & IN_TEXT))
			continue;
		flags = s->cols[i].flags & COL_RIGHT ? SCOLS_FL_RIGHT : 0;
		if (s->cols[i].flags & COL_TRUNC)
			flags |= SCOLS_FL_TRUNC;
		col = scols_table_new_column(table, s->cols[i].title, 0, flags);
		if (!col)
			die(ST_FAIL, "out of memory");
		if (color)
			scols_cell_set_color(scols_column_get_header(col), "bold");
	}
}

static void add_row(struct libscols_table *table, const struct sheet *s, const struct cell *row)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char text[CELL_BYTES];
	size_t i, at = 0;

	for (i = 0; i < s->ncols; i++) {
		if (!(s->cols[i].flags & IN_TEXT))
			continue;
		cell_text(&row[i], s->cols[i].show, text, sizeof(text));
		if (!line || scols_line_set_data(line, at++, text))
			die(ST_FAIL, "out of memory");
	}
}

static void print_table(FILE *f, const struct sheet *s, int width, bool color)
{
	struct libscols_table *table = scols_new_table();
	size_t i;

	if (!table)
		die(ST_FAIL, "out of memory");
	scols_table_set_stream(table, f);
	scols_table_set_column_separator(table, "  ");
	scols_table_enable_colors(table, color);
	scols_table_set_termforce(table, width ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
	if (width)
		scols_table_set_termwidth(table, (size_t)width);
	add_columns(table, s, color);
	for (i = 0; i + s->ncols <= s->cells.n; i += s->ncols)
		add_row(table, s, &s->cells.v[i]);
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
