// SPDX-License-Identifier: GPL-2.0
/*
 * exit-cost NAME ARGUMENT - what one event costs, in ticks of the TSC.
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

#define CONTROL	"/sys/kernel/debug/cvmbed_trigger"
#define TICKS	"/sys/kernel/debug/cvmbed_ticks"

#define N	100
#define ROUNDS	3

static unsigned long long ticks(int control, const char *request)
{
	unsigned long long ticks;
	ssize_t size = strlen(request);
	FILE *file;

	if (write(control, request, size) != size)
		err(1, "%s", request);
	file = fopen(TICKS, "r");
	if (!file || fscanf(file, "%llu", &ticks) != 1)
		err(1, TICKS);
	fclose(file);
	return ticks;
}

int main(int argc, char **argv)
{
	unsigned long long best = -1ULL, now;
	char request[80];
	int control, i;

	if (argc != 3)
		errx(2, "usage: exit-cost NAME ARGUMENT");
	control = open(CONTROL, O_WRONLY);
	if (control < 0)
		err(1, CONTROL);
	snprintf(request, sizeof(request), "%s %u 0 %s", argv[1], N, argv[2]);
	for (i = 0; i < ROUNDS; i++) {
		now = ticks(control, request);
		if (now < best)
			best = now;
	}
	printf("%.2f\n", (double)best / N);
	return 0;
}
