// SPDX-License-Identifier: GPL-2.0
/*
 * exit-cost NAME ARGUMENT		what one event costs, in ticks of the TSC
 * exit-cost --outside NAME ARGUMENT	what of it is not in the time of its handler, as
 *					the PMU has it: the least and the most of rounds
 *
 * Causes it through cvmbed_trigger, which takes the time with interrupts off.
 * Of several rounds the cheapest counts: in the first one memory is touched for
 * the first time. Under cvmbed's --icount the TSC counts executed instructions,
 * the hypervisor's included. Prints hundredths as decimals.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/perf.h"

#define CONTROL	"/sys/kernel/debug/cvmbed_trigger"
#define TICKS	"/sys/kernel/debug/cvmbed_ticks"

#define N	100
#define ROUNDS	3
/* Other traps come before and behind the trigger, as a timer's, and their handlers' times
 * with them: few, among many.
 */
#define MANY	1000
#define OTHERS	5
#define TRIES	10

static unsigned long long ticks(int control, const char *name, unsigned int n,
				const char *argument)
{
	unsigned long long ticks;
	char request[80];
	ssize_t size;
	FILE *file;

	size = snprintf(request, sizeof(request), "%s %u 0 %s", name, n, argument);
	if (write(control, request, size) != size)
		err(1, "%s", request);
	file = fopen(TICKS, "r");
	if (!file || fscanf(file, "%llu", &ticks) != 1)
		err(1, TICKS);
	fclose(file);
	return ticks;
}

static void print_cost(int control, const char *name, const char *argument)
{
	unsigned long long best = -1ULL, now;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		now = ticks(control, name, N, argument);
		if (now < best)
			best = now;
	}
	printf("%.2f\n", (double)best / N);
}

static int open_event(const char *name)
{
	struct perf_event_attr attr;
	int fd = perf_named(name, &attr) ? -1 : perf_open(&attr, -1, 0, 0);

	if (fd < 0)
		errx(1, "%s cannot be opened", name);
	return fd;
}

static void print_outside(int control, const char *name, const char *argument)
{
	int traps = open_event("traps"), time = open_event("traps-time"), rounds = 0, i;
	double least = 0, most = 0, now;

	for (i = 0; i < TRIES && rounds < ROUNDS; i++) {
		__u64 counted = perf_value(traps), inside = perf_value(time);

		now = ticks(control, name, MANY, argument);
		/* A sum is in ticks, too: sysfs has the scale that makes ns of them. */
		now -= perf_value(time) - inside;
		if (perf_value(traps) - counted > MANY + OTHERS)
			continue;
		if (!rounds || now < least)
			least = now;
		if (!rounds++ || now > most)
			most = now;
	}
	if (rounds < ROUNDS)
		errx(1, "%d of %d rounds had few other traps", rounds, TRIES);
	printf("%.2f %.2f\n", least / MANY, most / MANY);
}

int main(int argc, char **argv)
{
	bool outside = argc > 1 && !strcmp(argv[1], "--outside");
	int control;

	argv += outside;
	if (argc - outside != 3)
		errx(2, "usage: exit-cost [--outside] NAME ARGUMENT");
	control = open(CONTROL, O_WRONLY);
	if (control < 0)
		err(1, CONTROL);
	if (outside)
		print_outside(control, argv[1], argv[2]);
	else
		print_cost(control, argv[1], argv[2]);
	return 0;
}
