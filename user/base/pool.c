// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "base/pool.h"

#define BLOCK_BYTES 16384

struct pool_block {
	struct pool_block *next;
	size_t used, size;
	char text[];
};

static struct pool_block *add_block(struct pool *p, size_t size)
{
	struct pool_block *block = xcalloc(1, sizeof(*block) + size);

	block->size = size;
	block->next = p->block;
	p->block = block;
	return block;
}

/* Zeroed memory for any kind of thing, until pool_free(). */
void *pool_alloc(struct pool *p, size_t size)
{
	struct pool_block *block = p->block;
	char *at;

	size = (size + sizeof(u64) - 1) & ~(sizeof(u64) - 1);
	if (!block || block->size - block->used < size)
		block = add_block(p, size > BLOCK_BYTES ? size : BLOCK_BYTES);
	at = block->text + block->used;
	block->used += size;
	return at;
}

/**
 * pool_bytes - keep a copy
 * @p: the pool
 * @s: the text, which need not end with a NUL
 * @n: its bytes
 *
 * Return: the copy, with a NUL after it, until pool_free().
 */
const char *pool_bytes(struct pool *p, const char *s, size_t n)
{
	return memcpy(pool_alloc(p, n + 1), s, n);
}

/* NULL stays NULL. */
const char *pool_text(struct pool *p, const char *s)
{
	return s ? pool_bytes(p, s, strlen(s)) : NULL;
}

void pool_free(struct pool *p)
{
	struct pool_block *block;

	while ((block = p->block)) {
		p->block = block->next;
		free(block);
	}
}
