// SPDX-License-Identifier: GPL-2.0
/*
 * The module never resets a counter, so a window is a difference. Both sides
 * are sorted by key and walked together; what is zero is left out.
 */
#include <stdlib.h>
#include <string.h>

#include "counts/agree.h"
#include "counts/diff.h"
#include "counts/fades.h"
#include "counts/keep.h"
#include "counts/parts.h"
#include "counts/trouble.h"

/*
 * A counter that wrapped is near its top before and small after; one that fell
 * otherwise was reset, and all that can be said is that it counted from zero.
 */
static u64 since(const struct part *p, u64 from, u64 to, u32 *trouble)
{
	if (to >= from || from - to > U64_MAX / 2)
		return to - from;
	/* Let go on some CPU: what the others have counted since is not known. */
	if (p->fades)
		return 0;
	*trouble |= TROUBLE_BACKWARDS;
	return to;
}

/*
 * What a record, which was from before, has counted up to now.
 *
 * Return: whether it has counted anything.
 */
static bool subtract(const struct part *p, char *now, const char *from, u32 *trouble)
{
	const struct place *c;
	bool any = false;
	u64 *val;
	u32 at;

	for (c = p->counts; c < p->counts + p->ncounts; c++) {
		for (at = c->at; at < c->at + c->size; at += sizeof(u64)) {
			val = (u64 *)(now + at);
			*val = since(p, *(const u64 *)(from + at), *val, trouble);
			any |= *val;
		}
	}
	return any;
}

static char *nth(const struct part *p, struct vec list, size_t i)
{
	return (char *)list.v + i * p->size;
}

/* The record of a part that has the same key as another one; NULL for none. */
static char *find(const struct part *p, struct vec list, const char *record)
{
	size_t i;

	for (i = 0; i < list.n; i++)
		if (!p->order(nth(p, list, i), record))
			return nth(p, list, i);
	return NULL;
}

/*
 * Walk both sides. What only the older one has is lost, which a module
 * that never resets cannot do.
 */
static struct vec changed(const struct part *p, struct vec a, struct vec b, u32 *trouble)
{
	char *zero = xcalloc(1, p->size), *to, *d;
	struct vec out = { 0 };
	const char *from;
	size_t i, j;
	int rc;

	records_sort(p, a);
	records_sort(p, b);
	for (i = 0, j = 0; j < b.n; j++) {
		to = nth(p, b, j);
		from = zero;
		for (rc = -1; i < a.n && rc < 0; i++) {
			rc = p->order(nth(p, a, i), to);
			if (rc > 0)
				break;
			if (!rc)
				from = nth(p, a, i);
			else
				*trouble |= TROUBLE_BACKWARDS;
		}
		d = memcpy(vec_push(&out, p->size), to, p->size);
		if (!subtract(p, d, from, trouble))
			out.n--;
	}
	if (i < a.n)
		*trouble |= TROUBLE_BACKWARDS;
	free(zero);
	return out;
}

/* All records of the later side: they are few, and what they are does not change. */
static struct vec all(const struct part *p, struct vec a, struct vec b)
{
	struct vec out = { 0 };
	const char *from;
	u32 ignore = 0;
	size_t i;
	char *d;

	for (i = 0; i < b.n; i++) {
		d = memcpy(vec_push(&out, p->size), nth(p, b, i), p->size);
		from = p->counts ? find(p, a, d) : NULL;
		if (from)
			subtract(p, d, from, &ignore);
	}
	return out;
}

static void diff_part(const struct part *p, const struct snapshot *from, const struct snapshot *to,
		      struct snapshot *d)
{
	const char *a = (const char *)from + p->at, *b = (const char *)to + p->at;
	u32 ignore = 0;
	struct vec list;

	if (!p->list) {
		memcpy((char *)d + p->at, b, p->size);
		return;
	}
	if (p->diff == DIFF_ALL)
		list = all(p, vec_get(a), vec_get(b));
	else
		list = changed(p, vec_get(a), vec_get(b), p->fades ? &ignore : &d->trouble);
	vec_set((char *)d + p->at, list);
}

/* Where no idle time ended in the window, or none was kept, there are none. */
static void forget_durations(struct idle_vec *idles)
{
	struct idle *i;

	for (i = idles->v; i < idles->v + idles->n; i++)
		if (!i->cycles)
			i->has &= ~(BIT(CVMSTAT_A_AROUND_IDLE_CYCLES) |
				    BIT(CVMSTAT_A_AROUND_IDLE_BUCKETS));
}

static u64 of_hooks(const struct snapshot *s, u16 attribute)
{
	return snapshot_sum(s, &parts[PART_HOOKS], attribute, 0, 0);
}

static const struct hook *hook_named(const struct hook_vec *vec, const char *name)
{
	size_t i;

	for (i = 0; i < vec->n; i++)
		if (streq(vec->v[i].name, name))
			return &vec->v[i];
	return NULL;
}

/* Of those that count, one is off now that was on, or the other way round. */
static bool hooks_changed(const struct hook_vec *from, const struct hook_vec *to)
{
	const struct hook *was;
	size_t i;

	for (i = 0; i < to->n; i++) {
		was = hook_named(from, to->v[i].name);
		if (was && !was->backend != !to->v[i].backend)
			return true;
	}
	return false;
}

static u32 find_trouble(const struct snapshot *from, const struct snapshot *to)
{
	u32 trouble = 0;

	if (from->info.generation != to->info.generation)
		trouble |= TROUBLE_RELOADED;
	if (from->info.online_cpus != to->info.online_cpus)
		trouble |= TROUBLE_CPUS;
	if (parts[PART_CONFIG].order(&from->config, &to->config))
		trouble |= TROUBLE_CONFIG;
	if (of_hooks(from, CVMSTAT_A_HOOK_MISSED) != of_hooks(to, CVMSTAT_A_HOOK_MISSED))
		trouble |= TROUBLE_MISSED;
	if (hooks_changed(&from->hooks, &to->hooks))
		trouble |= TROUBLE_HOOKS;
	if (of_hooks(from, CVMSTAT_A_HOOK_ASIDE) != of_hooks(to, CVMSTAT_A_HOOK_ASIDE))
		trouble |= TROUBLE_ASIDE;
	return trouble;
}

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
	const struct part *p;

	memset(d, 0, sizeof(*d));
	d->ns = to->ns - from->ns;
	d->lacking = from->lacking | to->lacking;
	d->unknown = to->unknown;
	d->trouble = find_trouble(from, to);
	if (from->config.has & to->config.has & BIT(CVMSTAT_A_CONFIG_CLASSES))
		d->partly = from->config.classes ^ to->config.classes;
	if (d->trouble & TROUBLE_RELOADED)
		from = &none;
	for_each_part(p)
		if (p->diff != DIFF_NONE)
			diff_part(p, from, to, d);
	forget_durations(&d->idles);
	fades_settle(&from->rips, &to->rips, &d->rips);
	counts_agree(to, d);
}

static void add_part(const struct part *p, struct snapshot *sum, const struct snapshot *d)
{
	struct vec to = vec_get((char *)sum + p->at), from = vec_get((const char *)d + p->at);
	const char *record;
	size_t i;
	char *at;

	for (i = 0; i < from.n; i++) {
		record = nth(p, from, i);
		at = find(p, to, record);
		if (at)
			record_add(p, at, record);
		else
			memcpy(vec_push(&to, p->size), record, p->size);
	}
	vec_set((char *)sum + p->at, to);
}

/**
 * snapshot_add - add one run's records to those of the runs before
 * @sum: of the runs so far
 * @d: difference of this run
 * @want: the parts, bits of enum cvmstat_parts; all of them are lists that count
 */
void snapshot_add(struct snapshot *sum, const struct snapshot *d, u32 want)
{
	const struct part *p;

	sum->partly |= d->partly;
	for_each_part(p)
		if (want & p->bit)
			add_part(p, sum, d);
}
