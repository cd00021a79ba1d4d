// SPDX-License-Identifier: GPL-2.0
/*
 * CPU time and system calls of one snapshot. recvmsg() and sendmsg() are
 * defined here, so that libnl's calls are counted on their way to the kernel.
 */
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "counts/keep.h"
#include "wire/family.h"
#include "wire/take.h"

#define ROUNDS 50

#define ANSWER_BYTES 32768
#define BUDGET_CALLS 3
#define BUDGET_NS 2000000

static u64 calls, bytes, datagrams;

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	ssize_t n = syscall(SYS_recvmsg, fd, msg, flags);

	calls++;
	if (n > 0) {
		bytes += (u64)n;
		datagrams++;
	}
	return n;
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	calls++;
	return syscall(SYS_sendmsg, fd, msg, flags);
}

static void reset(void)
{
	calls = 0;
	bytes = 0;
	datagrams = 0;
}

/* Of this process only: the synthetic module is another one. */
static u64 cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (u64)ts.tv_sec * NSEC_PER_SEC + (u64)ts.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

int main(int argc, char **argv)
{
	bool per_cpu = argc > 1 && atoi(argv[1]);
	u64 start, median, times[ROUNDS];
	struct family f;
	double per_answer;
	int i;

	if (!family_open(&f))
		family_die(&f);
	for (i = -1; i < ROUNDS; i++) {
		struct snapshot s = { 0 };

		if (!i)
			reset();
		start = cpu_ns();
		snapshot_take(&f, &s, WANT_BASICS | WANT(COUNTS) | WANT(DETAILS), per_cpu);
		if (i >= 0)
			times[i] = cpu_ns() - start;
		if (i == ROUNDS - 1)
			printf("%s: %zu reasons, %zu details, %llu bytes\n",
			       per_cpu ? "per CPU" : "summed", s.counts.n, s.details.n,
			       bytes / ROUNDS);
		snapshot_free(&s);
	}
	qsort(times, ROUNDS, sizeof(*times), compare);
	median = times[ROUNDS / 2];
	per_answer = (double)calls * ANSWER_BYTES / (double)bytes;
	printf("  CPU ms: median %.3f, worst %.3f; ", (double)median / 1e6,
	       (double)times[ROUNDS - 1] / 1e6);
	printf("%llu system calls for %llu datagrams: %.2f for 32 KiB\n", calls / ROUNDS,
	       datagrams / ROUNDS, per_answer);
	family_close(&f);
	/* A record for each CPU is 64 times as much to read. */
	if (per_answer <= BUDGET_CALLS && (per_cpu || median <= BUDGET_NS))
		return 0;
	printf("  over the budget: 2 ms, and 3 system calls for 32 KiB\n");
	return 1;
}
