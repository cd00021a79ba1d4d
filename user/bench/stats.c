// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stdlib.h>

#include "bench/bench.h"

static int compare(const void *left, const void *right)
{
	u64 a = *(const u64 *)left, b = *(const u64 *)right;

	return a < b ? -1 : a > b;
}

/*
 * Student's t, two-sided 95 %, by degrees of freedom. Beyond the table, what it
 * is above the normal's 1.96 falls off as 1 / df, to within 0.003.
 */
static double t95(size_t df)
{
	static const double t[] = {
		12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
		2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
		2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
	};

	return df <= ARRAY_SIZE(t) ? t[df - 1] : 1.96 + 2.4 / (double)df;
}

static double mean_of(const u64 *v, size_t n)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += (double)v[i];
	return sum / (double)n;
}

/* Half of the interval that holds the mean with 95 %; NAN for one value. */
static double interval(const u64 *v, size_t n, double mean)
{
	double squares = 0;
	size_t i;

	if (n < 2)
		return NAN;
	for (i = 0; i < n; i++)
		squares += ((double)v[i] - mean) * ((double)v[i] - mean);
	return t95(n - 1) * sqrt(squares / (double)(n - 1) / (double)n);
}

/**
 * bench_stats - sum up a run
 * @cycles: its times, which get sorted
 * @n: how many, at least one
 * @s: filled
 *
 * The 99th percentile is the nearest rank: the smallest time that at least
 * 99 % do not exceed.
 */
void bench_stats(u64 *cycles, size_t n, struct bench_stats *s)
{
	qsort(cycles, n, sizeof(*cycles), compare);
	s->min = (double)cycles[0];
	s->median = ((double)cycles[(n - 1) / 2] + (double)cycles[n / 2]) / 2;
	s->p99 = (double)cycles[(n * 99 + 99) / 100 - 1];
	s->mean = mean_of(cycles, n);
	s->ci95 = interval(cycles, n, s->mean);
}
