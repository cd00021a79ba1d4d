// SPDX-License-Identifier: GPL-2.0
/* The clock, apart, so that the tests can put a steady one in its place. */
#include <time.h>

#include "base/util.h"

u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * NSEC_PER_SEC + (u64)ts.tv_nsec;
}

/* The moment of a snapshot. */
u64 stamp_ns(void)
{
	return now_ns();
}
