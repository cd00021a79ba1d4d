// SPDX-License-Identifier: GPL-2.0
/*
 * The module's PMU (kmod/perf/events.h) counts what happens while a task runs: the
 * kernel switches its events with the tasks.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <linux/perf_event.h>

#include "guest/whose.h"

#define PMU "/sys/bus/event_source/devices/cvmstat/"

/*
 * attr.config: a class, of which config1 is a code; or whole classes, above it; and
 * above these what of them is counted, nothing for how often.
 */
#define CLASSES_SHIFT 8
#define SOURCE_SHIFT 24

/* Whether the module has a PMU, and what perf_event_open(2) calls it. */
bool whose_type(u32 *type)
{
	u64 val;

	if (!sys_u64(&val, PMU "type"))
		return false;
	*type = (u32)val;
	return true;
}

/* An event of whole classes, bits of enum cvmstat_classes. */
void whose_init(struct counter *c, u32 type, u32 classes)
{
	*c = (struct counter){ .name = "", .type = type,
			       .config = (u64)classes << CLASSES_SHIFT };
}

static struct counter *add(struct perf *p, u32 type, u64 config, u64 code)
{
	struct counter *c = counter_push(&p->events);

	c->name = "";
	c->type = type;
	c->config = config;
	c->config1 = code;
	return c;
}

void whose_add_reason(struct perf *p, u32 type, u32 class, u64 code)
{
	add(p, type, class, code);
}

void whose_add_class(struct perf *p, u32 type, u32 class)
{
	add(p, type, (u64)BIT(class) << CLASSES_SHIFT, 0);
}

/* "classes=0x7f,source=2": what of it is counted, in bits above the classes. */
static bool find_source(const char *name, u64 *source)
{
	char line[128], *at;

	if (!sys_line(line, sizeof(line), PMU "events/%s", name))
		return false;
	at = strstr(line, "source=");
	if (at)
		*source = strtoull(at + strlen("source="), NULL, 0);
	return at;
}

/**
 * whose_add_source - an event that has a name of its own, of some classes
 * @p: where to
 * @type: of the module's PMU
 * @name: as in sysfs
 * @classes: bits of enum cvmstat_classes
 *
 * Return: whether the module has it.
 */
bool whose_add_source(struct perf *p, u32 type, const char *name, u32 classes)
{
	u64 source;

	if (!find_source(name, &source))
		return false;
	add(p, type, source << SOURCE_SHIFT | (u64)classes << CLASSES_SHIFT, 0)->name = name;
	return true;
}

static const struct counter *find(const struct perf *p, u64 config, u64 code)
{
	size_t i;

	for (i = 0; i < p->events.n; i++)
		if (p->events.v[i].config == config && p->events.v[i].config1 == code)
			return &p->events.v[i];
	return NULL;
}

/* The counter of a reason; NULL if it has none. */
const struct counter *whose_reason(const struct perf *p, u32 class, u64 code)
{
	return find(p, class, code);
}

const struct counter *whose_class(const struct perf *p, u32 class)
{
	return find(p, (u64)BIT(class) << CLASSES_SHIFT, 0);
}

/* What the last window had of it; false if it cannot be counted. */
bool whose_window(const struct counter *c, u64 *events)
{
	if (!c || c->error || !c->values.n)
		return false;
	*events = c->values.v[c->values.n - 1];
	return true;
}

/**
 * whose_cgroup - open a control group
 * @name: below /sys/fs/cgroup, as perf(1) has it
 *
 * Return: a file descriptor, or -1 with errno set.
 */
int whose_cgroup(const char *name)
{
	char *path = sys_path("/sys/fs/cgroup/%s", name);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	free(path);
	return fd;
}

/* Whether it is the topmost one, in which the kernel has idle CPUs, too. */
bool whose_all(int cgroup)
{
	char *path = sys_path("/sys/fs/cgroup");
	struct stat top, it;
	bool all = !stat(path, &top) && !fstat(cgroup, &it) && top.st_dev == it.st_dev &&
		   top.st_ino == it.st_ino;

	free(path);
	return all;
}
