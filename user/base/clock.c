// SPDX-License-Identifier: GPL-2.0
/* The clock, apart, so that the tests can put a steady one in its place. */
#include <time.h>

#include "base/util.h"

static u64 clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (u64)ts.tv_sec * NSEC_PER_SEC + (u64)ts.tv_nsec;
}

u64 now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

/* Since the kernel's start, suspended or not. */
u64 boot_ns(void)
{
	return clock_ns(CLOCK_BOOTTIME);
}

/* Nanoseconds since 1970, UTC. */
u64 wall_ns(void)
{
	return clock_ns(CLOCK_REALTIME);
}

/* The moment of a snapshot. */
u64 stamp_ns(void)
{
	return now_ns();
}
