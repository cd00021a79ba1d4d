// SPDX-License-Identifier: GPL-2.0
/*
 * In the test build, in the place of syscall(): CVMSTAT_TEST_PMU lists the
 * hardware events of a synthetic PMU as "config=value/enabled/running", with
 * commas between them. All of them grow by as much with each reading. Without
 * it, and for all other calls, the kernel's own.
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

/* A file whose n-th read is the n-th reading of a counter. */
static long counter_file(const char *figures)
{
	u64 now[3], n;
	int fd, i;

	fd = memfd_create("counter", MFD_CLOEXEC);
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

long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	const char *list = getenv("CVMSTAT_TEST_PMU"), *figures;
	const struct perf_event_attr *attr = (const void *)a;

	if (number != SYS_perf_event_open || !list)
		return __real_syscall(number, a, b, c, d, e, f);
	figures = attr->type == PERF_TYPE_HARDWARE ? find_event(list, attr->config) : NULL;
	if (figures)
		return counter_file(figures);
	errno = ENOENT;
	return -1;
}
