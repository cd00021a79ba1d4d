// SPDX-License-Identifier: GPL-2.0
/*
 * A selector is terms with commas between them, all of which hold. A term is
 * KEY=VALUE, of a category, a tag, a setting or a column of the run; or a word:
 * the run's name, its number in the database, or the beginning of its UUID.
 * Names and values may be patterns of the shell.
 */
#include <fnmatch.h>
#include <stdlib.h>

#include "runs/category.h"
#include "runs/select.h"

/* A shorter one would be a name or a number by chance; this long, digits alone may begin one. */
#define UUID_LEAST 8

static bool like(const char *pattern, const char *value)
{
	return value && !fnmatch(pattern, value, 0);
}

static bool is_number(const char *word)
{
	return *word && word[strspn(word, "0123456789")] == '\0';
}

static bool word_matches(const struct run *r, const char *word)
{
	size_t len = strlen(word);

	if (like(word, r->name))
		return true;
	if (is_number(word) && strtoull(word, NULL, 10) == (u64)r->id)
		return true;
	return len >= UUID_LEAST && !strncmp(r->uuid, word, len);
}

static bool column_matches(const struct run *r, const char *key, const char *pattern)
{
	char number[16];

	if (streq(key, "name"))
		return like(pattern, r->name);
	if (streq(key, "series"))
		return like(pattern, r->series);
	if (streq(key, "boot_id"))
		return like(pattern, r->boot_id);
	snprintf(number, sizeof(number), "%d", r->status);
	return streq(key, "status") && like(pattern, number);
}

static bool pair_matches(const struct run *r, const char *key, const char *pattern)
{
	char buf[128];

	return like(pattern, category_value(r, key, buf, sizeof(buf))) ||
	       like(pattern, run_value(&r->tags, key)) ||
	       like(pattern, run_value(&r->settings, key)) || column_matches(r, key, pattern);
}

bool run_matches(const struct run *r, const char *selector)
{
	char *copy = xstrdup(selector), *rest = copy, *term, *equals;
	bool all = true;

	while (all && (term = strsep(&rest, ","))) {
		equals = strchr(term, '=');
		if (equals)
			*equals = '\0';
		all = equals ? pair_matches(r, term, equals + 1) : word_matches(r, term);
	}
	free(copy);
	return all;
}

static bool any_matches(const struct run *r, char **selectors)
{
	size_t i;

	for (i = 0; selectors[i]; i++)
		if (run_matches(r, selectors[i]))
			return true;
	return !i;
}

/* Each selector stands for some run: one that does not is a mistake. */
static void need_all(const struct run_vec *all, char **selectors, const struct store *s)
{
	size_t i, j;

	for (i = 0; selectors[i]; i++) {
		for (j = 0; j < all->n; j++)
			if (run_matches(&all->v[j], selectors[i]))
				break;
		if (j == all->n)
			die(ST_FAIL, "%s: no run is '%s'; cvmstat runs lists them", store_path(s),
			    selectors[i]);
	}
}

/**
 * select_runs - the runs that one of the selectors stands for
 * @s: the database
 * @selectors: with a NULL behind them; none is all runs
 * @runs: filled, with tags and settings
 */
void select_runs(struct store *s, char **selectors, struct run_vec *runs)
{
	size_t i, kept = 0;

	store_list(s, runs);
	store_load(s, runs, LOAD_PAIRS);
	need_all(runs, selectors, s);
	for (i = 0; i < runs->n; i++) {
		if (any_matches(&runs->v[i], selectors))
			runs->v[kept++] = runs->v[i];
		else
			run_free(&runs->v[i]);
	}
	runs->n = kept;
}

/**
 * select_from - which of some runs a selector stands for
 * @all: with tags and settings
 * @selector: the selector
 * @chosen: their places in @all, to be freed
 * @n: how many
 */
void select_from(const struct run_vec *all, const char *selector, size_t **chosen, size_t *n)
{
	size_t i;

	*chosen = xcalloc(all->n + 1, sizeof(**chosen));
	*n = 0;
	for (i = 0; i < all->n; i++)
		if (run_matches(&all->v[i], selector))
			(*chosen)[(*n)++] = i;
}

/**
 * select_one - one run: the last that a selector stands for
 * @s: the database
 * @selector: NULL is any
 * @runs: gets it, with tags and settings
 */
void select_one(struct store *s, const char *selector, struct run_vec *runs)
{
	char *selectors[2] = { NULL };
	size_t i;

	selectors[0] = (char *)selector;
	select_runs(s, selectors, runs);
	if (!runs->n)
		die(ST_FAIL, "%s: there are no runs; cvmstat record makes them", store_path(s));
	for (i = 0; i + 1 < runs->n; i++)
		run_free(&runs->v[i]);
	runs->v[0] = runs->v[runs->n - 1];
	runs->n = 1;
}
