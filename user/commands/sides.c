// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "commands/sides.h"
#include "runs/select.h"

static void need_apart(const struct sides *s)
{
	size_t *of = xcalloc(s->runs.n, sizeof(*of)), i, j;

	for (i = 0; i < s->n; i++) {
		for (j = 0; j < s->v[i].n; j++) {
			if (of[s->v[i].runs[j]])
				die(ST_FAIL, "run %lld is both '%s' and '%s'",
				    s->runs.v[s->v[i].runs[j]].id,
				    s->v[of[s->v[i].runs[j]] - 1].label, s->v[i].label);
			of[s->v[i].runs[j]] = i + 1;
		}
	}
	free(of);
}

/* What a side is called, if it is called: "LABEL:" before its selector. */
static char *split_label(char **selector)
{
	size_t len = strcspn(*selector, ":=,");
	char *label;

	if ((*selector)[len] != ':' || !len)
		return xstrdup(*selector);
	label = xasprintf("%.*s", (int)len, *selector);
	*selector += len + 1;
	return label;
}

/**
 * sides_open - the runs of each selector
 * @s: filled, to be freed with sides_close()
 * @db: the database, NULL for the usual one
 * @selectors: with a NULL behind them; labels before them are taken off
 */
void sides_open(struct sides *s, const char *db, char **selectors)
{
	size_t i;

	*s = (struct sides){ .store = store_open(db, OPEN_READ) };
	while (selectors[s->n])
		s->n++;
	s->v = xcalloc(s->n + 1, sizeof(*s->v));
	for (i = 0; i < s->n; i++)
		s->v[i].label = split_label(&selectors[i]);
	select_runs(s->store, selectors, &s->runs);
	for (i = 0; i < s->n; i++)
		select_from(&s->runs, selectors[i], &s->v[i].runs, &s->v[i].n);
	need_apart(s);
	store_load(s->store, &s->runs, LOAD_FIGURES | LOAD_COUNTS | LOAD_REST);
}

void sides_close(struct sides *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		free(s->v[i].runs);
		free((char *)s->v[i].label);
	}
	free(s->v);
	runs_free(&s->runs);
	store_close(s->store);
}
