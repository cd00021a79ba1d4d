// SPDX-License-Identifier: GPL-2.0
/*
 * In the test build, what root's tests cannot have of a kernel: a file that is
 * not to be opened, CVMSTAT_TEST_REFUSED="ERRNO END-OF-PATH", and another user,
 * CVMSTAT_TEST_UID.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/fake_files.h"

static int refusal(const char *path)
{
	const char *refused = getenv("CVMSTAT_TEST_REFUSED");
	size_t len, end_len;
	char *end;
	long err;

	if (!refused)
		return 0;
	err = strtol(refused, &end, 0);
	len = strlen(path);
	end_len = strlen(++end);
	return len >= end_len && !strcmp(path + len - end_len, end) ? (int)err : 0;
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
	int err = refusal(path);

	if (!err)
		return __real_fopen(path, mode);
	errno = err;
	return NULL;
}

uid_t __wrap_geteuid(void)
{
	const char *uid = getenv("CVMSTAT_TEST_UID");

	return uid ? (uid_t)strtoul(uid, NULL, 0) : __real_geteuid();
}
