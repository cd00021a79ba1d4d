// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include <json-c/json.h>
#include <json-c/json_pointer.h>

#include "record/metric.h"

#define FORM "NAME[,UNIT][,higher|lower]=re:REGEX or =json:POINTER"

static void wrong(const char *spec, const char *why) __noreturn;
static void wrong(const char *spec, const char *why)
{
	die(ST_FAIL, "--metric %s: %s; it is %s", spec, why, FORM);
}

/* What comes before the equals sign. */
static void parse_name(struct metric *m, char *name, const char *spec)
{
	enum better better;
	char *word;

	word = strsep(&name, ",");
	if (!*word)
		wrong(spec, "no name");
	m->name = xstrdup(word);
	while ((word = strsep(&name, ","))) {
		if (*word && better_by_name(word, &better)) {
			m->better = better;
			continue;
		}
		if (m->unit)
			wrong(spec, "two units");
		m->unit = xstrdup(word);
	}
	if (!m->unit)
		m->unit = xstrdup("");
}

static void parse_regex(struct metric *m, const char *regex, const char *spec)
{
	char why[128];
	int rc = regcomp(&m->regex, regex, REG_EXTENDED | REG_NEWLINE);

	if (rc) {
		regerror(rc, &m->regex, why, sizeof(why));
		wrong(spec, why);
	}
	if (!m->regex.re_nsub)
		wrong(spec, "the expression needs a group in parentheses around the number");
}

/* Add a metric, or end the program. */
void metric_parse(struct metric_vec *all, const char *spec)
{
	char *copy = xstrdup(spec), *equals = strchr(copy, '=');
	struct metric *m;
	size_t i;

	if (!equals)
		wrong(spec, "no '='");
	*equals++ = '\0';
	m = metric_push(all);
	parse_name(m, copy, spec);
	for (i = 0; i + 1 < all->n; i++)
		if (streq(all->v[i].name, m->name))
			wrong(spec, "there is one of this name");
	if (!strncmp(equals, "re:", 3))
		parse_regex(m, equals + 3, spec);
	else if (!strncmp(equals, "json:", 5) && (!equals[5] || equals[5] == '/'))
		m->pointer = xstrdup(equals + 5);
	else
		wrong(spec, "neither re: nor json:/");
	free(copy);
}

/* Digits may be grouped with commas, as programs for people do. */
static bool number(const char *text, size_t n, double *value)
{
	char digits[64], *end;
	size_t i, at = 0;

	for (i = 0; i < n && at + 1 < sizeof(digits); i++)
		if (text[i] != ',')
			digits[at++] = text[i];
	digits[at] = '\0';
	*value = strtod(digits, &end);
	return end != digits;
}

/* The last match is the summary, where a program also tells how it gets on. */
static bool find_regex(const struct metric *m, const char *text, double *value)
{
	regmatch_t match[2];
	bool found = false;
	int flags = 0;

	while (!regexec(&m->regex, text, 2, match, flags)) {
		if (match[1].rm_so >= 0)
			found |= number(text + match[1].rm_so,
					(size_t)(match[1].rm_eo - match[1].rm_so), value);
		if (!match[0].rm_eo)
			break;
		text += match[0].rm_eo;
		flags = text[-1] == '\n' ? 0 : REG_NOTBOL;
	}
	return found;
}

/* The text may have other lines before the JSON. */
static struct json_object *parse_json(const char *text)
{
	struct json_object *o = json_tokener_parse(text);
	const char *line;

	for (line = text; !o && (line = strpbrk(line, "{[")); line++)
		if (line == text || line[-1] == '\n')
			o = json_tokener_parse(line);
	return o;
}

static bool find_json(const struct metric *m, const char *text, double *value)
{
	struct json_object *o = parse_json(text), *at;
	const char *string;
	bool found;

	found = o && !json_pointer_get(o, m->pointer, &at) && at;
	if (found && json_object_is_type(at, json_type_string)) {
		string = json_object_get_string(at);
		found = number(string, strlen(string), value);
	} else if (found) {
		found = json_object_is_type(at, json_type_int) ||
			json_object_is_type(at, json_type_double);
		*value = json_object_get_double(at);
	}
	json_object_put(o);
	return found;
}

/**
 * metric_find - find a figure
 * @m: which one
 * @text: what the workload printed
 * @value: the figure
 */
bool metric_find(const struct metric *m, const char *text, double *value)
{
	return m->pointer ? find_json(m, text, value) : find_regex(m, text, value);
}

void metrics_free(struct metric_vec *all)
{
	struct metric *m;

	for (m = all->v; m < all->v + all->n; m++) {
		free(m->name);
		free(m->unit);
		if (!m->pointer)
			regfree(&m->regex);
		free(m->pointer);
	}
	free(all->v);
	*all = (struct metric_vec){ 0 };
}
