/* SPDX-License-Identifier: GPL-2.0 */
/* Tests of differences, and intervals. The distributions are libRmath's. */
#ifndef CVMSTAT_STATS_H
#define CVMSTAT_STATS_H

#include "base/util.h"

/**
 * struct sample - values of one side, each of them a cluster's mean
 * @v: the values
 * @n: how many
 */
struct sample {
	const double *v;
	size_t n;
};

/**
 * struct difference - of two samples
 * @estimate: second less first
 * @low: of the 95 % interval
 * @high: of it
 * @p: that there is none, two-sided
 * @df: degrees of freedom
 */
struct difference {
	double estimate, low, high;
	double p;
	double df;
};

struct difference mean_interval(struct sample s, double floor);
struct difference welch(struct sample a, struct sample b, double floor_a, double floor_b);
struct difference paired(struct sample a, struct sample b, double floor);
void holm(const double *p, double *adjusted, size_t n);
double mean_of(struct sample s);
double median(double *v, size_t n);
size_t outliers(struct sample s);
double trend_p(struct sample s);

#endif
