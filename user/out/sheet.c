// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stdlib.h>

#include "base/format.h"
#include "out/sheet.h"

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

/* NULL is none. */
void put_string(struct sheet *s, const char *val)
{
	struct cell *c = cell_push(&s->cells);

	if (!val)
		return;
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

/**
 * put_list - put an array of numbers, for JSON alone
 * @s: the sheet
 * @list: the first of them
 * @n: how many it is to have: the others are 0
 */
void put_list(struct sheet *s, const struct u64_vec *list, size_t n)
{
	struct cell *c = cell_push(&s->cells);
	size_t i;

	c->type = CELL_LIST;
	for (i = 0; i < n; i++)
		u64_push(&c->list, i < list->n ? list->v[i] : 0);
}

/* Of one run: what several had is a mean, what one had is exact. */
static struct cell mean_cell(u64 sum, u32 runs)
{
	if (runs > 1)
		return (struct cell){ .type = CELL_REAL, .real = (double)sum / runs };
	return (struct cell){ .type = CELL_U64, .num = sum };
}

void put_mean(struct sheet *s, u64 sum, u32 runs)
{
	*cell_push(&s->cells) = mean_cell(sum, runs);
}

void put_none(struct sheet *s)
{
	cell_push(&s->cells);
}

/* Nothing up to a column of this row. */
void put_nones(struct sheet *s, size_t to)
{
	while (s->cells.n % s->ncols != to)
		put_none(s);
}

void sheet_free(struct sheet *s)
{
	size_t i;

	for (i = 0; i < s->cells.n; i++) {
		if (s->cells.v[i].type == CELL_STRING)
			free(s->cells.v[i].string);
		if (s->cells.v[i].type == CELL_LIST)
			free(s->cells.v[i].list.v);
	}
	free(s->cells.v);
	s->cells = (struct cell_vec){ 0 };
}

static void real_text(double val, enum show how, char *buf, size_t size)
{
	switch (how) {
	case SHOW_PERCENT:
		snprintf(buf, size, "%.1f%%", val * 100);
		break;
	case SHOW_RATE:
	case SHOW_GROUPED:
		if (val >= 0 && val < 0x1p64)
			grouped((u64)round(val), buf, size);
		else
			snprintf(buf, size, "%.3g", val);
		break;
	default:
		snprintf(buf, size, "%.2f", val);
	}
}

/* What a cell says in text. */
void cell_text(const struct cell *c, enum show how, char *buf, size_t size)
{
	switch (c->type) {
	case CELL_U64:
		if (how == SHOW_PLAIN)
			snprintf(buf, size, "%llu", c->num);
		else
			grouped(c->num, buf, size);
		break;
	case CELL_REAL:
		real_text(c->real, how, buf, size);
		break;
	case CELL_STRING:
		snprintf(buf, size, "%s", c->string);
		break;
	case CELL_BOOL:
		snprintf(buf, size, "%s", c->num ? "yes" : "no");
		break;
	case CELL_LIST:
	case CELL_NONE:
		buf[0] = '\0';
	}
}

const char *mean_text(u64 sum, u32 runs, char *buf, size_t size)
{
	struct cell c = mean_cell(sum, runs);

	cell_text(&c, SHOW_GROUPED, buf, size);
	return buf;
}
