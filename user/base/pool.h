/* SPDX-License-Identifier: GPL-2.0 */
/* Texts, and what has texts, that live as long as what they belong to, and go together. */
#ifndef CVMSTAT_POOL_H
#define CVMSTAT_POOL_H

#include "base/util.h"

/**
 * struct pool - where texts are kept
 * @block: the newest block; all zero is an empty pool
 */
struct pool {
	struct pool_block *block;
};

void *pool_alloc(struct pool *p, size_t size);
const char *pool_text(struct pool *p, const char *s);
const char *pool_bytes(struct pool *p, const char *s, size_t n);
void pool_free(struct pool *p);

#endif
