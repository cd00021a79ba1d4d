// SPDX-License-Identifier: GPL-2.0
/*
 * event-cost hold NAME...	hold events of the PMU open on all CPUs, until killed
 * event-cost switch NAME	what one event of a task costs at a context switch
 *
 * The latter in ticks of the TSC, which under cvmbed's --icount counts executed
 * instructions: of a task with many events and with few, that changes turns with
 * another one. A NAME that the PMU does not have, dummy, is perf's own event that
 * does nothing: what perf itself takes.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <x86intrin.h>

#include "lib/perf.h"

#define FEW	10
#define MANY	60
#define TURNS	200
#define ROUNDS	15

static void hold(char **names)
{
	int cpu, cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct perf_event_attr attr;

	for (; *names; names++)
		for (cpu = 0; cpu < cpus; cpu++)
			if (perf_named(*names, &attr) || perf_open(&attr, -1, cpu, 0) < 0)
				errx(1, "%s cannot be opened", *names);
	puts("held");
	fflush(stdout);
	pause();
}

static struct perf_event_attr attr_of(const char *name)
{
	struct perf_event_attr attr = { .size = sizeof(attr) };

	if (!strcmp(name, "dummy")) {
		attr.type = PERF_TYPE_SOFTWARE;
		attr.config = PERF_COUNT_SW_DUMMY;
	} else if (perf_named(name, &attr)) {
		errx(1, "no event %s", name);
	}
	return attr;
}

/* The other one only gives the turn back. */
static void answer(int from, int to)
{
	char byte;

	while (read(from, &byte, 1) == 1)
		if (write(to, &byte, 1) != 1)
			break;
	_exit(0);
}

static unsigned long long turns(int to, int from)
{
	unsigned long long start = __rdtsc();
	char byte = 0;
	int i;

	for (i = 0; i < TURNS; i++)
		if (write(to, &byte, 1) != 1 || read(from, &byte, 1) != 1)
			err(1, "pipe");
	return __rdtsc() - start;
}

/* Interrupts come into some rounds. */
static unsigned long long cheapest(int to, int from)
{
	unsigned long long best = -1ULL, now;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		now = turns(to, from);
		if (now < best)
			best = now;
	}
	return best;
}

static void open_events(const struct perf_event_attr *attr, int n)
{
	int fd;

	while (n--) {
		fd = perf_open(attr, 0, -1, 0);
		if (fd < 0)
			errx(1, "perf_event_open: %s", strerror(-fd));
	}
}

static double switch_cost(const char *name)
{
	const struct perf_event_attr attr = attr_of(name);
	unsigned long long few, many;
	int there[2], back[2];

	if (pipe(there) || pipe(back))
		err(1, "pipe");
	if (!fork()) {
		close(there[1]);
		answer(there[0], back[1]);
	}
	close(there[0]);
	open_events(&attr, FEW);
	few = cheapest(there[1], back[0]);
	open_events(&attr, MANY - FEW);
	many = cheapest(there[1], back[0]);
	/* Each turn is two switches: the task goes, and comes back. */
	return (double)(many - few) / (MANY - FEW) / TURNS / 2;
}

int main(int argc, char **argv)
{
	cpu_set_t first;

	if (argc > 2 && !strcmp(argv[1], "hold")) {
		hold(argv + 2);
		return 0;
	}
	if (argc != 3 || strcmp(argv[1], "switch"))
		errx(2, "usage: event-cost hold NAME... | switch NAME");
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	sched_setaffinity(0, sizeof(first), &first);
	printf("%.1f\n", switch_cost(argv[2]));
	return 0;
}
