// SPDX-License-Identifier: GPL-2.0
/*
 * The module never resets a counter, so a window is a difference. Both sides
 * are sorted by key and walked together; what is zero is left out.
 */
#include <stdlib.h>
#include <string.h>

#include "counts/diff.h"
#include "counts/order.h"
#include "counts/trouble.h"

static int compare(u64 a, u64 b)
{
	return a < b ? -1 : a > b;
}

static int hist_compare(const void *a, const void *b)
{
	const struct hist *x = a, *y = b;

	return compare(x->class, y->class) ?:
	       compare(x->code, y->code) ?:
	       compare(x->cpu, y->cpu);
}

static int bounce_compare(const void *a, const void *b)
{
	const struct bounce *x = a, *y = b;

	return strcmp(x->device, y->device) ?: compare(x->cpu, y->cpu);
}

static int idle_compare(const void *a, const void *b)
{
	const struct idle *x = a, *y = b;

	return compare(x->state, y->state) ?:
	       compare(x->cpu, y->cpu);
}

/*
 * A counter that wrapped is near its top before and small after; one that fell
 * otherwise was reset, and all that can be said is that it counted from zero.
 */
static u64 since(u64 from, u64 to, u32 *trouble)
{
	if (to >= from || from - to > U64_MAX / 2)
		return to - from;
	*trouble |= TROUBLE_BACKWARDS;
	return to;
}

static bool record_since(const void *from, const void *to, void *d, u32 *trouble)
{
	const struct record *a = from, *b = to;
	struct record *r = d;

	*r = *b;
	r->kernel = since(a->kernel, b->kernel, trouble);
	r->user = since(a->user, b->user, trouble);
	return r->kernel || r->user;
}

static bool hist_since(const void *from, const void *to, void *d, u32 *trouble)
{
	const struct hist *a = from, *b = to;
	struct hist *h = d;
	bool any = false;
	int i;

	*h = *b;
	h->cycles = since(a->cycles, b->cycles, trouble);
	for (i = 0; i < HIST_BUCKETS; i++) {
		h->buckets[i] = since(a->buckets[i], b->buckets[i], trouble);
		any |= h->buckets[i];
	}
	return any;
}

static bool bounce_since(const void *from, const void *to, void *d, u32 *trouble)
{
	const struct bounce *a = from, *b = to;
	struct bounce *r = d;

	*r = *b;
	r->bounces = since(a->bounces, b->bounces, trouble);
	r->bytes = since(a->bytes, b->bytes, trouble);
	return r->bounces || r->bytes;
}

static bool idle_since(const void *from, const void *to, void *d, u32 *trouble)
{
	const struct idle *a = from, *b = to;
	struct idle *r = d;

	*r = *b;
	r->entries = since(a->entries, b->entries, trouble);
	return r->entries;
}

/* How one kind of record is compared and subtracted. */
struct method {
	size_t size;
	int (*compare)(const void *a, const void *b);
	bool (*since)(const void *from, const void *to, void *d, u32 *trouble);
};

static const struct method record_method = {
	sizeof(struct record), record_compare, record_since
};

static const struct method hist_method = { sizeof(struct hist), hist_compare, hist_since };
static const struct method bounce_method = { sizeof(struct bounce), bounce_compare, bounce_since };
static const struct method idle_method = { sizeof(struct idle), idle_compare, idle_since };

struct side {
	char *v;
	size_t n;
};

static void sort(const struct method *m, struct side *s)
{
	size_t i;

	for (i = 1; i < s->n; i++)
		if (m->compare(s->v + (i - 1) * m->size, s->v + i * m->size) > 0)
			break;
	if (i < s->n)
		qsort(s->v, s->n, m->size, m->compare);
}

/*
 * Walk both sides. What only the older one has is lost, which a module
 * that never resets cannot do.
 *
 * Return: the differences, *n of them.
 */
static void *merge(const struct method *m, struct side a, struct side b, size_t *n,
		   u32 *trouble)
{
	char *zero = xcalloc(1, m->size), *out = NULL, *to;
	const char *from;
	size_t i, j, cap = 0;
	int rc;

	sort(m, &a);
	sort(m, &b);
	*n = 0;
	for (i = 0, j = 0; j < b.n; j++) {
		to = b.v + j * m->size;
		from = zero;
		for (rc = -1; i < a.n && rc < 0; i++) {
			rc = m->compare(a.v + i * m->size, to);
			if (rc > 0)
				break;
			if (!rc)
				from = a.v + i * m->size;
			else
				*trouble |= TROUBLE_BACKWARDS;
		}
		out = vec_room(out, *n, &cap, m->size);
		*n += m->since(from, to, out + *n * m->size, trouble);
	}
	if (i < a.n)
		*trouble |= TROUBLE_BACKWARDS;
	free(zero);
	return out;
}

static u64 hooks_missed(const struct snapshot *s)
{
	u64 sum = 0;
	size_t i;

	for (i = 0; i < s->hooks.n; i++)
		sum = sat_add(sum, s->hooks.v[i].missed);
	return sum;
}

static u32 find_trouble(const struct snapshot *from, const struct snapshot *to)
{
	u32 trouble = 0;

	if (from->info.generation != to->info.generation)
		trouble |= TROUBLE_RELOADED;
	if (from->info.online_cpus != to->info.online_cpus)
		trouble |= TROUBLE_CPUS;
	if (from->config.classes != to->config.classes ||
	    from->config.details != to->config.details ||
	    from->config.rips != to->config.rips ||
	    from->config.latency != to->config.latency)
		trouble |= TROUBLE_CONFIG;
	if (hooks_missed(from) != hooks_missed(to))
		trouble |= TROUBLE_MISSED;
	return trouble;
}

/* Hits and misses of the window; hooks are few and their names are stable. */
static void diff_hooks(const struct snapshot *from, const struct snapshot *to, struct snapshot *d)
{
	u32 ignore = 0;
	struct hook *h;
	size_t i, j;

	for (i = 0; i < to->hooks.n; i++) {
		h = hook_push(&d->hooks);
		*h = to->hooks.v[i];
		for (j = 0; j < from->hooks.n; j++) {
			if (!streq(from->hooks.v[j].name, h->name))
				continue;
			h->hits = since(from->hooks.v[j].hits, h->hits, &ignore);
			h->missed = since(from->hooks.v[j].missed, h->missed, &ignore);
			break;
		}
	}
}

#define MERGE(method, member, trouble) do { \
	d->member.v = merge(method, (struct side){ (char *)from->member.v, from->member.n }, \
			    (struct side){ (char *)to->member.v, to->member.n }, \
			    &d->member.n, trouble); \
	d->member.cap = d->member.n; \
} while (0)

/**
 * snapshot_diff - what happened between two snapshots
 * @from: the earlier; its records are sorted
 * @to: the later; its records are sorted
 * @d: filled, to be freed with snapshot_free()
 *
 * @d->trouble says what the reader of the difference has to know. After a
 * reload the counts are those since the reload.
 */
void snapshot_diff(struct snapshot *from, struct snapshot *to, struct snapshot *d)
{
	struct snapshot none = { 0 };
	u32 ignore = 0;
	size_t i;

	memset(d, 0, sizeof(*d));
	d->ns = to->ns - from->ns;
	d->lacking = from->lacking | to->lacking;
	d->unknown = to->unknown;
	d->info = to->info;
	d->config = to->config;
	d->trouble = find_trouble(from, to);
	if (d->trouble & TROUBLE_RELOADED)
		from = &none;
	MERGE(&record_method, counts, &d->trouble);
	MERGE(&record_method, details, &d->trouble);
	/* A table of the most frequent may let go of a record: no sign of trouble. */
	MERGE(&record_method, rips, &ignore);
	MERGE(&hist_method, hists, &d->trouble);
	MERGE(&bounce_method, bounces, &d->trouble);
	MERGE(&idle_method, idles, &d->trouble);
	diff_hooks(from, to, d);
	for (i = 0; i < to->gaps.n; i++)
		*gap_push(&d->gaps) = to->gaps.v[i];
}
