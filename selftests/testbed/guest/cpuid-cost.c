// SPDX-License-Identifier: GPL-2.0
/*
 * cpuid-cost LEAF - what one CPUID round trip costs, in ticks of the TSC.
 *
 * Prints the median of many. Under cvmbed's --icount the TSC counts executed
 * instructions, the hypervisor's included.
 */
#include <cpuid.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <x86intrin.h>

#define ROUNDS	1001

static int compare(const void *a, const void *b)
{
	const unsigned long long *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int main(int argc, char **argv)
{
	static unsigned long long cost[ROUNDS];
	unsigned int leaf, a, b, c, d;
	unsigned long long start;
	int i;

	if (argc != 2)
		errx(2, "usage: cpuid-cost LEAF");
	leaf = strtoul(argv[1], NULL, 0);
	for (i = 0; i < ROUNDS; i++) {
		start = __rdtsc();
		__cpuid_count(leaf, 0, a, b, c, d);
		cost[i] = __rdtsc() - start;
	}
	qsort(cost, ROUNDS, sizeof(cost[0]), compare);
	printf("%llu\n", cost[ROUNDS / 2]);
	return 0;
}
