// SPDX-License-Identifier: GPL-2.0
/*
 * exit-cost NAME ARGUMENT - what one event costs, in ticks of the TSC.
 *
 * Causes it through cvmbed_trigger, N and 2 N times, and divides the
 * difference by N: what the request itself costs cancels out. Of several
 * rounds the cheapest counts, as an interrupt only adds. Under cvmbed's
 * --icount the TSC counts executed instructions, the hypervisor's included.
 * Prints hundredths as decimals.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <x86intrin.h>

#define CONTROL	"/sys/kernel/debug/cvmbed_trigger"

/* Both have as many digits: they are part of the label of a mark. */
#define N	1000
#define ROUNDS	5

static unsigned long long ticks(int control, const char *request)
{
	unsigned long long start = __rdtsc();
	ssize_t size = strlen(request);

	if (write(control, request, size) != size)
		err(1, "%s", request);
	return __rdtsc() - start;
}

static unsigned long long cheapest(int control, const char *name,
				   unsigned int n, const char *arg)
{
	unsigned long long best = -1ULL, now;
	char request[80];
	int i;

	snprintf(request, sizeof(request), "%s %u 0 %s", name, n, arg);
	for (i = 0; i < ROUNDS; i++) {
		now = ticks(control, request);
		if (now < best)
			best = now;
	}
	return best;
}

int main(int argc, char **argv)
{
	unsigned long long once, twice;
	int control;

	if (argc != 3)
		errx(2, "usage: exit-cost NAME ARGUMENT");
	control = open(CONTROL, O_WRONLY);
	if (control < 0)
		err(1, CONTROL);
	once = cheapest(control, argv[1], N, argv[2]);
	twice = cheapest(control, argv[1], 2 * N, argv[2]);
	printf("%.2f\n", (double)(twice - once) / N);
	return 0;
}
