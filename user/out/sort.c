// SPDX-License-Identifier: GPL-2.0
/* The order of a sheet's rows: by one column, figures from the top down. */
#include <stdlib.h>
#include <string.h>

#include "out/sort.h"

/* A row, and where it was. */
struct place {
	const struct cell *row;
	size_t at;
};

struct order {
	int col;
	bool reverse;
};

static double number(const struct cell *c)
{
	return c->type == CELL_REAL ? c->real : (double)c->num;
}

/* Figures fall, texts rise; what has no value comes last. */
static int cell_compare(const struct cell *x, const struct cell *y)
{
	if (x->type == CELL_NONE || y->type == CELL_NONE)
		return (x->type == CELL_NONE) - (y->type == CELL_NONE);
	if (x->type == CELL_STRING && y->type == CELL_STRING)
		return strcmp(x->string, y->string);
	if (x->type == CELL_STRING || y->type == CELL_STRING)
		return x->type == CELL_STRING ? 1 : -1;
	if (x->type == CELL_U64 && y->type == CELL_U64)
		return (x->num < y->num) - (x->num > y->num);
	return (number(x) < number(y)) - (number(x) > number(y));
}

static int place_compare(const void *a, const void *b, void *data)
{
	const struct place *x = a, *y = b;
	const struct order *order = data;
	int rc = order->col < 0 ? (int)x->at - (int)y->at :
				  cell_compare(&x->row[order->col], &y->row[order->col]);

	if (rc)
		return order->reverse ? -rc : rc;
	return x->at < y->at ? -1 : x->at > y->at;
}

/**
 * sheet_sort - sort the rows by a column
 * @s: the sheet; rows that are equal there stay in their order
 * @col: the column, -1 for the order that they are in
 * @reverse: the other way round
 */
void sheet_sort(struct sheet *s, int col, bool reverse)
{
	size_t i, n = s->ncols ? s->cells.n / s->ncols : 0;
	struct place *places = xcalloc(n + 1, sizeof(*places));
	struct cell *sorted = xcalloc(n * s->ncols + 1, sizeof(*sorted));
	struct order order = { col, reverse };

	for (i = 0; i < n; i++)
		places[i] = (struct place){ s->cells.v + i * s->ncols, i };
	qsort_r(places, n, sizeof(*places), place_compare, &order);
	for (i = 0; i < n; i++)
		memcpy(sorted + i * s->ncols, places[i].row, s->ncols * sizeof(*sorted));
	if (n)
		memcpy(s->cells.v, sorted, n * s->ncols * sizeof(*sorted));
	free(places);
	free(sorted);
}

/**
 * sheet_column - a column that text shows, beside another
 * @s: the sheet
 * @col: from here, -1 for before the first
 * @step: 1 for the next on the right, -1 for that on the left
 *
 * Return: -1 beyond the last and before the first.
 */
int sheet_column(const struct sheet *s, int col, int step)
{
	for (col += step; col >= 0 && col < (int)s->ncols; col += step)
		if (s->cols[col].flags & IN_TEXT && s->cols[col].title && s->cols[col].title[0])
			return col;
	return -1;
}
