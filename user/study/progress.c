// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks one after the other, and in each block the variants begin with another
 * one: what comes first is not always the same. The database alone says what is
 * done, so that an interruption at any moment loses one run at most.
 */
#include <stdlib.h>

#include "guest/about.h"
#include "study/progress.h"

static bool tag_is(const struct run *r, const char *key, const char *value)
{
	const char *has = run_value(&r->tags, key);

	return has && streq(has, value);
}

static bool in_block(const struct run *r, u32 block)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", block);
	return tag_is(r, "block", text);
}

static bool is_of(const struct run *r, const struct plan *p, const struct task *t)
{
	return tag_is(r, "study", p->name) && tag_is(r, "variant", t->variant->name) &&
	       streq(r->name, t->workload->name) && in_block(r, t->block);
}

static void list_runs(struct store *s, struct run_vec *runs)
{
	store_list(s, runs);
	store_load(s, runs, LOAD_PAIRS);
}

static void add_task(struct progress *g, const struct plan *p, const struct run_vec *runs,
		     struct task t)
{
	u64 done = 0;
	size_t i;

	for (i = 0; i < runs->n; i++)
		done += is_of(&runs->v[i], p, &t);
	g->all += p->runs;
	if (done >= p->runs)
		return;
	t.left = p->runs - done;
	g->left += t.left;
	*task_push(&g->tasks) = t;
}

/**
 * progress_find - what is left of a study
 * @g: filled; @g->tasks.v is to be freed
 * @p: the study
 * @s: the database
 */
void progress_find(struct progress *g, const struct plan *p, struct store *s)
{
	size_t n = p->variants.n, i, j;
	struct run_vec runs = { 0 };
	u32 block;

	*g = (struct progress){ 0 };
	list_runs(s, &runs);
	for (block = 1; block <= p->blocks; block++)
		for (i = 0; i < n; i++)
			for (j = 0; j < p->workloads.n; j++)
				add_task(g, p, &runs, (struct task){
					.variant = &p->variants.v[(i + block - 1) % n],
					.workload = &p->workloads.v[j], .block = block });
	runs_free(&runs);
}

static bool has_word(const char *line, const char *word)
{
	size_t len = strlen(word);
	const char *at;

	for (at = line; (at = strstr(at, word)); at += len)
		if ((at == line || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
	return false;
}

/* Whether a command line has all words of a variant. */
static bool has_words(const char *line, const char *words)
{
	char *copy = xstrdup(words), *rest = copy, *word;
	bool all = true;

	while (all && (word = strsep(&rest, " ")))
		all = !*word || has_word(line, word);
	free(copy);
	return all;
}

/* Words of other variants, which this one has not, must not be there. */
static bool has_others(const char *line, const struct plan *p, const struct variant *v)
{
	bool found = false;
	size_t i;

	for (i = 0; i < p->variants.n && !found; i++) {
		char *copy = xstrdup(p->variants.v[i].boot), *rest = copy, *word;

		while (!found && (word = strsep(&rest, " ")))
			found = *word && !has_word(v->boot, word) && has_word(line, word);
		free(copy);
	}
	return found;
}

/* Whether the kernel that runs was booted as a variant needs it. */
bool variant_booted(const struct plan *p, const struct variant *v)
{
	char line[4096];

	return sys_line(line, sizeof(line), "/proc/cmdline") && has_words(line, v->boot) &&
	       !has_others(line, p, v);
}

/*
 * Whether a task can be done now. Where variants take a reboot, each of them is
 * booted anew for each block: runs of one boot are alike.
 */
bool task_possible(const struct plan *p, struct store *s, const struct task *t)
{
	struct run_vec runs = { 0 };
	bool used = false;
	char boot[64];
	size_t i;

	if (!variant_booted(p, t->variant))
		return false;
	if (!plan_needs_boots(p))
		return true;
	about_boot_id(boot, sizeof(boot));
	list_runs(s, &runs);
	for (i = 0; i < runs.n && !used; i++)
		used = tag_is(&runs.v[i], "study", p->name) && streq(runs.v[i].boot_id, boot) &&
		       !in_block(&runs.v[i], t->block);
	runs_free(&runs);
	return !used;
}
