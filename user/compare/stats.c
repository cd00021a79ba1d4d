// SPDX-License-Identifier: GPL-2.0
/*
 * Few values and no more assumptions than needed: Student's t on the means of
 * clusters (boots, or blocks), with Welch's degrees of freedom where the sides
 * are apart.
 */
#include <math.h>
#include <stdlib.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

#include "compare/stats.h"

/* Of an interval, two-sided. */
#define CONFIDENCE 0.95

/* Iglewicz and Hoaglin's modified z-score of an outlier; 3.5 is theirs. */
#define OUTLIER_SCORE 3.5
#define MAD_TO_SIGMA 1.4826

double mean_of(struct sample s)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < s.n; i++)
		sum += s.v[i];
	return sum / (double)s.n;
}

static double variance(struct sample s, double mean)
{
	double squares = 0;
	size_t i;

	for (i = 0; i < s.n; i++)
		squares += (s.v[i] - mean) * (s.v[i] - mean);
	return squares / (double)(s.n - 1);
}

static struct difference student(double estimate, double error, double df)
{
	struct difference d = { .estimate = estimate, .df = df };
	double half;

	if (!(error > 0)) {
		d.low = estimate;
		d.high = estimate;
		d.p = estimate == 0 ? 1 : 0;
		return d;
	}
	half = qt(1 - (1 - CONFIDENCE) / 2, df, 1, 0) * error;
	d.low = estimate - half;
	d.high = estimate + half;
	d.p = 2 * pt(-fabs(estimate) / error, df, 1, 0);
	return d;
}

/* The mean of a sample of at least two values as a difference from 0. */
struct difference mean_interval(struct sample s, double floor)
{
	double mean = mean_of(s), var = fmax(variance(s, mean), floor * floor);

	return student(mean, sqrt(var / (double)s.n), (double)(s.n - 1));
}

/**
 * welch - difference of two samples that have nothing to do with each other
 * @a: at least two values
 * @b: at least two
 * @floor_a: least standard deviation of one value of @a: what is counted in
 *	whole numbers is not known better
 * @floor_b: of @b
 */
struct difference welch(struct sample a, struct sample b, double floor_a, double floor_b)
{
	double mean_a = mean_of(a), mean_b = mean_of(b);
	double va = fmax(variance(a, mean_a), floor_a * floor_a) / (double)a.n;
	double vb = fmax(variance(b, mean_b), floor_b * floor_b) / (double)b.n;
	double df = (va + vb) * (va + vb);

	if (df > 0)
		df /= va * va / (double)(a.n - 1) + vb * vb / (double)(b.n - 1);
	return student(mean_b - mean_a, sqrt(va + vb), df);
}

/**
 * paired - difference of two samples whose values belong together
 * @a: at least two values
 * @b: as many
 * @floor: least standard deviation of a difference
 */
struct difference paired(struct sample a, struct sample b, double floor)
{
	double *v = xcalloc(a.n, sizeof(*v));
	struct difference d;
	size_t i;

	for (i = 0; i < a.n; i++)
		v[i] = b.v[i] - a.v[i];
	d = mean_interval((struct sample){ v, a.n }, floor);
	free(v);
	return d;
}

struct ranked {
	double p;
	size_t at;
};

static int by_p(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return x->p < y->p ? -1 : x->p > y->p;
}

/**
 * holm - what many tests at once leave of each (Holm 1979)
 * @p: of each test; a NAN is none
 * @adjusted: filled, in the same order
 * @n: how many
 */
void holm(const double *p, double *adjusted, size_t n)
{
	struct ranked *order = xcalloc(n + 1, sizeof(*order));
	size_t i, tests = 0;
	double most = 0;

	for (i = 0; i < n; i++) {
		adjusted[i] = NAN;
		if (!isnan(p[i]))
			order[tests++] = (struct ranked){ p[i], i };
	}
	qsort(order, tests, sizeof(*order), by_p);
	for (i = 0; i < tests; i++) {
		most = fmax(most, fmin(1, order[i].p * (double)(tests - i)));
		adjusted[order[i].at] = most;
	}
	free(order);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Sorts them; at least one. */
double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_value);
	return (v[(n - 1) / 2] + v[n / 2]) / 2;
}

/* Values far from all others, by the median of the distances from the median. */
size_t outliers(struct sample s)
{
	double *v = xcalloc(s.n + 1, sizeof(*v)), middle, spread;
	size_t i, found = 0;

	memcpy(v, s.v, s.n * sizeof(*v));
	middle = median(v, s.n);
	for (i = 0; i < s.n; i++)
		v[i] = fabs(s.v[i] - middle);
	spread = median(v, s.n) * MAD_TO_SIGMA;
	for (i = 0; spread > 0 && i < s.n; i++)
		found += fabs(s.v[i] - middle) > OUTLIER_SCORE * spread;
	free(v);
	return found;
}

/*
 * That there is no trend over the order of the values: Kendall's rank
 * correlation, which is close to normal from eight values on.
 */
double trend_p(struct sample s)
{
	double sum = 0, pairs = (double)s.n * (double)(s.n - 1) / 2;
	double sigma = sqrt((double)s.n * (double)(s.n - 1) * (2 * (double)s.n + 5) / 18);
	size_t i, j;

	for (i = 0; i < s.n; i++)
		for (j = i + 1; j < s.n; j++)
			sum += (s.v[j] > s.v[i]) - (s.v[j] < s.v[i]);
	if (pairs < 1 || !(sigma > 0))
		return 1;
	return 2 * pnorm(-fmax(0, fabs(sum) - 1) / sigma, 0, 1, 1, 0);
}
