/* SPDX-License-Identifier: GPL-2.0 */
/* A comparison as a page for people who look rather than read. */
#ifndef CVMSTAT_PAGE_H
#define CVMSTAT_PAGE_H

#include "compare/compare.h"

/**
 * struct page - what it is made of
 * @f: where to
 * @title: above it
 * @c: the comparison, of one side or more
 * @plots: folder in which the plots are left, too; or NULL
 */
struct page {
	FILE *f;
	const char *title;
	const struct comparison *c;
	const char *plots;
};

void page_write(const struct page *p);

#endif
