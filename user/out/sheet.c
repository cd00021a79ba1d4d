// SPDX-License-Identifier: GPL-2.0
/* Rows of cells, before any format is chosen. */
#include <stdlib.h>

#include "out/out.h"

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
