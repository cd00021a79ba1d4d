// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest/tracepoint.h"

#define EVENTS "/sys/kernel/tracing/events"
#define EVENT EVENTS "/cvmstat/%s"

static void put_field(struct tracepoint *t, const char *name, size_t offset, size_t size)
{
	struct field *f = &t->fields[t->nfields];

	if (t->nfields == MOST_FIELDS)
		return;
	snprintf(f->name, sizeof(f->name), "%s", name);
	f->offset = offset;
	f->size = size;
	t->nfields++;
}

/* "	field:u64 code;	offset:8;	size:8;	signed:0;" */
static void read_field(struct tracepoint *t, char *line)
{
	char *end = strchr(line, ';'), *name;
	size_t offset, size;

	if (!end || !strstr(line, "field:"))
		return;
	*end = '\0';
	name = strrchr(line, ' ');
	if (name && sscanf(end + 1, " offset:%zu; size:%zu", &offset, &size) == 2)
		put_field(t, name + 1, offset, size);
}

static bool is_there(const char *path)
{
	char *full = sys_path("%s", path);
	bool there = !access(full, F_OK);

	free(full);
	return there;
}

/**
 * tracepoint_find - what tracefs has of an event
 * @name: the event, of the group cvmstat
 * @t: filled
 *
 * Return: 0, or -ENOENT if there is no such event, -ENODEV if there is no tracefs,
 * -EACCES if it is not for us.
 */
int tracepoint_find(const char *name, struct tracepoint *t)
{
	FILE *f = sys_open(EVENT "/format", name);
	int error = errno;
	char line[512];

	*t = (struct tracepoint){ 0 };
	if (!f && error == EACCES)
		return -EACCES;
	if (!f || !sys_u64(&t->id, EVENT "/id", name)) {
		if (f)
			fclose(f);
		return is_there(EVENTS) ? -ENOENT : -ENODEV;
	}
	while (fgets(line, sizeof(line), f))
		read_field(t, line);
	fclose(f);
	return 0;
}

/**
 * tracepoint_value - a field of an event
 * @t: the event
 * @name: of the field
 * @raw: what came, @size bytes of it
 * @value: filled, if there is such a field and all of it came
 */
bool tracepoint_value(const struct tracepoint *t, const char *name, const char *raw, size_t size,
		      u64 *value)
{
	const struct field *f;

	for (f = t->fields; f < t->fields + t->nfields; f++) {
		if (!streq(f->name, name))
			continue;
		*value = 0;
		if (f->size > sizeof(*value) || f->offset > size || f->size > size - f->offset)
			return false;
		memcpy(value, raw + f->offset, f->size);
		return true;
	}
	return false;
}
