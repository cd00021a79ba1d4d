// SPDX-License-Identifier: GPL-2.0
/*
 * Each process has an event on each of its threads, which those that it starts
 * inherit, and each control group one on each CPU. Who comes has none before the
 * next look; who goes has what it did up to its end.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "guest/who.h"
#include "guest/whose.h"

#define CGROUPS "/sys/fs/cgroup"
/* Slices, and the services in them. */
#define CGROUP_DEPTH 2

static struct who *find(struct crowd *c, pid_t pid, const char *name)
{
	size_t i;

	for (i = 0; i < c->v.n; i++)
		if (c->v.v[i].pid == pid && (pid || streq(c->v.v[i].name, name)))
			return &c->v.v[i];
	return NULL;
}

static struct who *add(struct crowd *c, pid_t pid, const char *name)
{
	struct who *w = who_push(&c->v);
	size_t i;

	w->pid = pid;
	snprintf(w->name, sizeof(w->name), "%s", name);
	for (i = 0; i < WHO_COUNTS; i++)
		whose_init(&w->counters[i], c->type, c->masks[i]);
	return w;
}

static DIR *open_folder(const char *path)
{
	char *full = sys_path("%s", path);
	DIR *dir = opendir(full);

	free(full);
	return dir;
}

static pid_t number(const char *name)
{
	return name[0] >= '1' && name[0] <= '9' ? atoi(name) : 0;
}

static void open_threads(struct who *w)
{
	char *path = xasprintf("/proc/%d/task", w->pid);
	DIR *dir = open_folder(path);
	struct dirent *entry;
	size_t i;

	free(path);
	while (dir && (entry = readdir(dir)))
		for (i = 0; number(entry->d_name) && i < WHO_COUNTS; i++)
			perf_open(&w->counters[i], number(entry->d_name), PERF_THREADS);
	if (dir)
		closedir(dir);
}

static void start(struct crowd *c)
{
	size_t i;

	for (i = 0; i < c->v.n; i++)
		c->v.v[i].seen = false;
}

/* All processes that are there now. */
void crowd_processes(struct crowd *c)
{
	DIR *dir = open_folder("/proc");
	struct dirent *entry;
	char name[64];
	struct who *w;
	pid_t pid;

	start(c);
	while (dir && (entry = readdir(dir))) {
		pid = number(entry->d_name);
		if (!pid || !sys_line(name, sizeof(name), "/proc/%d/comm", pid))
			continue;
		w = find(c, pid, "");
		if (!w) {
			w = add(c, pid, name);
			open_threads(w);
		}
		snprintf(w->name, sizeof(w->name), "%s", name);
		w->seen = true;
	}
	if (dir)
		closedir(dir);
}

static void open_cgroup(struct who *w)
{
	int fd = whose_cgroup(w->name);
	size_t i;

	for (i = 0; fd >= 0 && i < WHO_COUNTS; i++)
		perf_open(&w->counters[i], fd, PERF_CGROUP);
	if (fd >= 0)
		close(fd);
}

static void see_cgroups(struct crowd *c, const char *below, int depth)
{
	char *path = xasprintf(CGROUPS "/%s", below), *name;
	DIR *dir = open_folder(path);
	struct dirent *entry;
	struct who *w;

	free(path);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		name = xasprintf("%s%s%s", below, below[0] ? "/" : "", entry->d_name);
		w = find(c, 0, name);
		if (!w) {
			w = add(c, 0, name);
			open_cgroup(w);
		}
		w->seen = true;
		if (depth > 1)
			see_cgroups(c, name, depth - 1);
		free(name);
	}
	if (dir)
		closedir(dir);
}

/* All control groups of some depth: one that is inside another is in its figures, too. */
void crowd_cgroups(struct crowd *c)
{
	start(c);
	see_cgroups(c, "", CGROUP_DEPTH);
}

/**
 * crowd_collect - count since the last time
 * @c: the crowd; those that were gone before are forgotten
 */
void crowd_collect(struct crowd *c)
{
	size_t i, j, n = 0;

	for (i = 0; i < c->v.n; i++) {
		for (j = 0; j < WHO_COUNTS; j++)
			perf_read(&c->v.v[i].counters[j]);
		if (c->v.v[i].seen || who_count(&c->v.v[i], WHO_EXITS) ||
		    who_count(&c->v.v[i], WHO_TRAPS)) {
			c->v.v[n++] = c->v.v[i];
			continue;
		}
		for (j = 0; j < WHO_COUNTS; j++)
			perf_close(&c->v.v[i].counters[j]);
	}
	c->v.n = n;
}

/* Of the last window. */
u64 who_count(const struct who *w, enum who_counts which)
{
	u64 events = 0;

	whose_window(&w->counters[which], &events);
	return events;
}

void crowd_free(struct crowd *c)
{
	size_t i, j;

	for (i = 0; i < c->v.n; i++)
		for (j = 0; j < WHO_COUNTS; j++)
			perf_close(&c->v.v[i].counters[j]);
	free(c->v.v);
	c->v = (struct who_vec){ 0 };
}
