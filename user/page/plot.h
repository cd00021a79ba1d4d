/* SPDX-License-Identifier: GPL-2.0 */
/* Plots, made by gnuplot, as SVG. */
#ifndef CVMSTAT_PLOT_H
#define CVMSTAT_PLOT_H

#include "base/util.h"

enum plot_kind {
	PLOT_BARS,	/* groups of bars, a bar for each side, with intervals */
	PLOT_STACK,	/* a bar for each side, divided */
};

/**
 * struct plot - what is shown
 * @name: of its file
 * @title: above it
 * @unit: of the axis
 * @kind: enum plot_kind
 * @rows: names of what is compared, of @nrows
 * @series: names of the sides, of @nseries
 * @values: row after row, a value for each of the series; NAN is none
 * @low: of the intervals, in the same order; NAN is none; or NULL
 * @high: the same
 */
struct plot {
	const char *name;
	const char *title;
	const char *unit;
	enum plot_kind kind;
	const char **rows;
	size_t nrows;
	const char **series;
	size_t nseries;
	double *values;
	double *low, *high;
};

bool plot_possible(void);
char *plot_svg(const struct plot *p);
void plot_leave(const struct plot *p, const char *folder);

#endif
