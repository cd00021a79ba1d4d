// SPDX-License-Identifier: GPL-2.0
/*
 * Lines of "key = value"; "[variant NAME]" begins a variant, whose lines follow;
 * what comes after a "#" is a comment.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "study/plan.h"

#ifndef WORKLOAD_DIR
#define WORKLOAD_DIR "/usr/local/share/cvmstat/workloads"
#endif

/* What is read, and where. */
struct reading_plan {
	struct plan *plan;
	const char *path;
	unsigned int line;
	struct variant *variant;
};

static void wrong(const struct reading_plan *r, const char *what) __noreturn;
static void wrong(const struct reading_plan *r, const char *what)
{
	die(ST_FAIL, "%s, line %u: %s; see cvmstat(8), study", r->path, r->line, what);
}

static char *trim(char *text)
{
	char *end;

	text += strspn(text, " \t");
	end = text + strlen(text);
	while (end > text && strchr(" \t\r\n", end[-1]))
		*--end = '\0';
	return text;
}

/* Beside the study, or among those that are shipped; CVMSTAT_WORKLOADS is before them. */
static char *find_workload(const struct reading_plan *r, const char *name)
{
	const char *slash = strrchr(r->path, '/'), *more = getenv("CVMSTAT_WORKLOADS");
	char *path;

	if (strchr(name, '/'))
		return xstrdup(name);
	path = xasprintf("%.*s%s.sh", slash ? (int)(slash - r->path + 1) : 2,
			 slash ? r->path : "./", name);
	if (!access(path, R_OK))
		return path;
	free(path);
	path = xasprintf("%s/%s.sh", more ?: WORKLOAD_DIR, name);
	if (access(path, R_OK))
		wrong(r, xasprintf("there is no workload '%s'", name));
	return path;
}

static u64 parse_number(const struct reading_plan *r, const char *text, u64 least)
{
	char *end;
	u64 val = strtoull(text, &end, 10);

	if (end == text || *end || *text == '-' || val < least || val > 1000000)
		wrong(r, "there has to be a number");
	return val;
}

static void need_word(const struct reading_plan *r, const char *text)
{
	if (!*text || strpbrk(text, ",= \t"))
		wrong(r, "a name has no blanks, commas and equals signs");
}

static void take_workload(struct reading_plan *r, const char *value)
{
	struct workload_file *w = workload_file_push(&r->plan->workloads);
	const char *slash = strrchr(value, '/');

	w->name = xstrdup(slash ? slash + 1 : value);
	w->name[strcspn(w->name, ".")] = '\0';
	need_word(r, w->name);
	w->path = find_workload(r, value);
}

static void take_of_variant(struct reading_plan *r, const char *key, const char *value)
{
	struct variant *v = r->variant;
	char **to = streq(key, "boot") ? &v->boot : streq(key, "apply") ? &v->apply :
		    streq(key, "undo") ? &v->undo : NULL;

	if (!to)
		wrong(r, "a variant has boot, apply and undo");
	free(*to);
	*to = xstrdup(value);
}

static void take_of_study(struct reading_plan *r, const char *key, const char *value)
{
	struct plan *p = r->plan;

	if (streq(key, "workload"))
		take_workload(r, value);
	else if (streq(key, "runs"))
		p->runs = parse_number(r, value, 1);
	else if (streq(key, "warmups"))
		p->warmups = parse_number(r, value, 0);
	else if (streq(key, "blocks"))
		p->blocks = parse_number(r, value, 1);
	else if (streq(key, "timeout"))
		p->timeout_s = parse_number(r, value, 1);
	else if (streq(key, "name"))
		p->name = (need_word(r, value), xstrdup(value));
	else
		wrong(r, "a study has name, workload, runs, warmups, blocks and timeout");
}

static void begin_variant(struct reading_plan *r, char *text)
{
	char *end = strchr(text, ']');
	size_t i;

	if (!end || strncmp(text, "[variant ", 9))
		wrong(r, "[variant NAME] begins a variant");
	*end = '\0';
	text = trim(text + 9);
	need_word(r, text);
	for (i = 0; i < r->plan->variants.n; i++)
		if (streq(r->plan->variants.v[i].name, text))
			wrong(r, "there is a variant of this name");
	r->variant = variant_push(&r->plan->variants);
	r->variant->name = xstrdup(text);
	r->variant->boot = xstrdup("");
}

static void take_line(struct reading_plan *r, char *line)
{
	char *equals;

	r->line++;
	line[strcspn(line, "#")] = '\0';
	line = trim(line);
	if (!*line)
		return;
	if (*line == '[') {
		begin_variant(r, line);
		return;
	}
	equals = strchr(line, '=');
	if (!equals)
		wrong(r, "neither KEY = VALUE nor [variant NAME]");
	*equals = '\0';
	if (r->variant)
		take_of_variant(r, trim(line), trim(equals + 1));
	else
		take_of_study(r, trim(line), trim(equals + 1));
}

/**
 * plan_read - read a study, or end the program
 * @p: filled, to be freed with plan_free()
 * @path: the file
 */
void plan_read(struct plan *p, const char *path)
{
	struct reading_plan r = { .plan = p, .path = path };
	char *line = NULL;
	size_t cap = 0;
	FILE *f = fopen(path, "re");

	if (!f)
		die(ST_FAIL, "%s: %s", path, strerror(errno));
	*p = (struct plan){ .runs = 3, .blocks = 5 };
	while (getline(&line, &cap, f) > 0)
		take_line(&r, line);
	free(line);
	fclose(f);
	if (!p->workloads.n || p->variants.n < 2)
		die(ST_FAIL, "%s: a study needs a workload and two variants", path);
	if (!p->name)
		die(ST_FAIL, "%s: a study needs a name", path);
}

void plan_free(struct plan *p)
{
	size_t i;

	for (i = 0; i < p->variants.n; i++) {
		free(p->variants.v[i].name);
		free(p->variants.v[i].boot);
		free(p->variants.v[i].apply);
		free(p->variants.v[i].undo);
	}
	for (i = 0; i < p->workloads.n; i++) {
		free(p->workloads.v[i].name);
		free(p->workloads.v[i].path);
	}
	free(p->variants.v);
	free(p->workloads.v);
	free(p->name);
}

/* Some of its variants take another command line. */
bool plan_needs_boots(const struct plan *p)
{
	size_t i;

	for (i = 1; i < p->variants.n; i++)
		if (!streq(p->variants.v[i].boot, p->variants.v[0].boot))
			return true;
	return false;
}
