// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "store/run.h"

void run_free(struct run *r)
{
	free(r->tags.v);
	free(r->settings.v);
	free(r->figures.v);
	free(r->counts.v);
	free(r->measures.v);
	free(r->bins.v);
	free(r->notes.v);
	pool_free(&r->texts);
	*r = (struct run){ 0 };
}

void runs_free(struct run_vec *runs)
{
	size_t i;

	for (i = 0; i < runs->n; i++)
		run_free(&runs->v[i]);
	free(runs->v);
	*runs = (struct run_vec){ 0 };
}

/* A random one (RFC 9562, 5.4). */
void run_new_uuid(char uuid[UUID_BYTES])
{
	u8 b[16];

	if (getrandom(b, sizeof(b), 0) != sizeof(b))
		die(ST_FAIL, "no random numbers: %s", strerror(errno));
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	snprintf(uuid, UUID_BYTES,
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
		 b[12], b[13], b[14], b[15]);
}

/* Add a count, and return its event, which is to be filled. */
struct run_event *run_add_count(struct run *r, u64 kernel, u64 user)
{
	struct run_event *e = pool_alloc(&r->texts, sizeof(*e));

	*run_count_push(&r->counts) = (struct run_count){ e, kernel, user };
	return e;
}

/* The last value of a tag is its value. */
void run_tag(struct run *r, const char *key, const char *value)
{
	size_t i;

	for (i = 0; i < r->tags.n; i++)
		if (streq(r->tags.v[i].key, key))
			break;
	if (i == r->tags.n)
		run_pair_push(&r->tags)->key = pool_text(&r->texts, key);
	r->tags.v[i].value = pool_text(&r->texts, value);
}

/* NULL if there is none. */
const char *run_value(const struct run_pair_vec *pairs, const char *key)
{
	size_t i;

	for (i = 0; i < pairs->n; i++)
		if (streq(pairs->v[i].key, key))
			return pairs->v[i].value;
	return NULL;
}

const struct run_figure *run_figure_find(const struct run *r, const char *name)
{
	size_t i;

	for (i = 0; name && i < r->figures.n; i++)
		if (streq(r->figures.v[i].name, name))
			return &r->figures.v[i];
	return NULL;
}

static const char *const better_names[BETTER_COUNT] = {
	[BETTER_UNKNOWN] = "", [BETTER_HIGHER] = "higher", [BETTER_LOWER] = "lower",
};

const char *better_name(enum better better)
{
	return better_names[better];
}

bool better_by_name(const char *name, enum better *better)
{
	for (*better = 0; *better < BETTER_COUNT; ++*better)
		if (streq(better_names[*better], name))
			return true;
	return false;
}
