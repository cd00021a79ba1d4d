// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "perf.h"
#include "setting.h"

#define EVENTS		PERF_PMU "events/"
#define UNIT		".unit"

/* TERM=VALUE,...: what the files of the PMU's format say of each. */
static int parse(char *terms, struct perf_event_attr *attr)
{
	char *term, *next = NULL;
	unsigned long long value;
	char name[32];

	for (term = strtok_r(terms, ",", &next); term;
	     term = strtok_r(NULL, ",", &next)) {
		if (sscanf(term, "%31[^=]=%lli", name, &value) != 2)
			return -EINVAL;
		if (!strcmp(name, "class"))
			attr->config |= value;
		else if (!strcmp(name, "classes"))
			attr->config |= value << 8;
		else if (!strcmp(name, "source"))
			attr->config |= value << 24;
		else if (!strcmp(name, "code"))
			attr->config1 = value;
		else
			return -EINVAL;
	}
	return 0;
}

int perf_named(const char *name, struct perf_event_attr *attr)
{
	char path[256], line[128];
	int ret;

	memset(attr, 0, sizeof(*attr));
	attr->size = sizeof(*attr);
	ret = setting_read(PERF_PMU "type", line, sizeof(line));
	if (ret)
		return ret;
	attr->type = atoi(line);
	snprintf(path, sizeof(path), EVENTS "%s", name);
	ret = setting_read(path, line, sizeof(line));
	return ret ?: parse(line, attr);
}

int perf_unit(const char *name, char *unit)
{
	char path[256];

	snprintf(path, sizeof(path), EVENTS "%s" UNIT, name);
	return setting_read(path, unit, 32);
}

double perf_scale(const char *name)
{
	char path[256], line[32];

	snprintf(path, sizeof(path), EVENTS "%s.scale", name);
	return setting_read(path, line, sizeof(line)) ? 1 : strtod(line, NULL);
}

int perf_each(void (*fn)(const char *name, void *arg), void *arg)
{
	DIR *dir = opendir(EVENTS);
	struct dirent *entry;
	int n = 0;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (strchr(entry->d_name, '.'))
			continue;
		fn(entry->d_name, arg);
		n++;
	}
	closedir(dir);
	return n;
}

int perf_open(const struct perf_event_attr *attr, pid_t pid, int cpu, unsigned long flags)
{
	int fd = syscall(SYS_perf_event_open, attr, pid, cpu, -1,
			 flags | PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

__u64 perf_value(int fd)
{
	__u64 value;

	return read(fd, &value, sizeof(value)) == sizeof(value) ? value : 0;
}

__u64 perf_sum(const int *fd, size_t n)
{
	__u64 sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += perf_value(fd[i]);
	return sum;
}
