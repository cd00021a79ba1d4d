// SPDX-License-Identifier: GPL-2.0
/*
 * In the test build, in the place of syscall(): CVMSTAT_TEST_PMU lists the
 * hardware events of a synthetic PMU as "config=value/enabled/running", with
 * commas between them. All of them grow by as much with each reading. Without
 * it, and for all other calls, the kernel's own. CVMSTAT_TEST_TASKS is the same for
 * the module's PMU, with "config:config1" before the "=", and
 * "=!errno" for one that cannot be opened. CVMSTAT_TEST_SAMPLES is a
 * folder in which cpuN is the ring of a tracepoint on that CPU.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/perf_event.h>

#include "base/util.h"
#include "tests/fake_pmu.h"

#define READINGS 64

static const char *find_event(const char *list, u64 config)
{
	const char *at = list;

	while (at && strtoull(at, NULL, 0) != config) {
		at = strchr(at, ',');
		at = at ? at + 1 : NULL;
	}
	return at ? strchr(at, '=') : NULL;
}

/* tests/root-pmu */
#define TASKS_TYPE 77

static const char *find_task_event(const char *list, const struct perf_event_attr *attr, long of)
{
	const char *at = list;
	char *end;

	while (at) {
		/* Behind an "@", of this thread alone. */
		if (strtoull(at, &end, 0) == attr->config &&
		    strtoull(end + 1, &end, 0) == attr->config1 &&
		    (*end != '@' || strtol(end + 1, &end, 0) == of))
			return strchr(end, '=');
		at = strchr(at, ',');
		at = at ? at + 1 : NULL;
	}
	return NULL;
}

static const char *find_figures(const struct perf_event_attr *attr, long of)
{
	const char *list = getenv("CVMSTAT_TEST_PMU"), *tasks = getenv("CVMSTAT_TEST_TASKS");

	if (attr->type == TASKS_TYPE && tasks)
		return find_task_event(tasks, attr, of);
	return attr->type == PERF_TYPE_HARDWARE && list ? find_event(list, attr->config) : NULL;
}

/* A file whose n-th read is the n-th reading of a counter. */
static long counter_file(const char *figures)
{
	u64 now[3], n;
	int fd, i;

	fd = memfd_create("counter", MFD_CLOEXEC);
	if (fd < 0)
		return -1;
	for (n = 1; n <= READINGS; n++) {
		const char *at = figures;

		for (i = 0; i < 3; i++, at += strcspn(at, "/,")) {
			at++;
			now[i] = n * strtoull(at, NULL, 0);
		}
		if (write(fd, now, sizeof(now)) != sizeof(now))
			abort();
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* Room for a ring of any size. */
#define RING_BYTES (16 << 20)

/* A copy of what was recorded, or nothing, as on a CPU that is offline. */
static long ring_file(const char *folder, long cpu)
{
	char *path = xasprintf("%s/cpu%ld", folder, cpu), buf[65536];
	FILE *f = fopen(path, "re");
	size_t n;
	int fd;

	free(path);
	if (!f) {
		errno = ENODEV;
		return -1;
	}
	fd = memfd_create("ring", MFD_CLOEXEC);
	while ((n = fread(buf, 1, sizeof(buf), f)))
		if (write(fd, buf, n) != (ssize_t)n)
			abort();
	fclose(f);
	if (ftruncate(fd, RING_BYTES))
		abort();
	lseek(fd, 0, SEEK_SET);
	return fd;
}

long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	const struct perf_event_attr *attr = (const void *)a;
	const char *figures, *samples = getenv("CVMSTAT_TEST_SAMPLES");

	if (number != SYS_perf_event_open ||
	    !(getenv("CVMSTAT_TEST_PMU") || getenv("CVMSTAT_TEST_TASKS") || samples))
		return __real_syscall(number, a, b, c, d, e, f);
	if (samples && attr->type == PERF_TYPE_TRACEPOINT)
		return ring_file(samples, c);
	figures = find_figures(attr, b);
	if (figures && figures[1] == '!') {
		errno = atoi(figures + 2);
		return -1;
	}
	if (figures)
		return counter_file(figures);
	errno = ENOENT;
	return -1;
}
