// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "counts/keep.h"
#include "counts/trouble.h"

/**
 * snapshot_slot - room for one more record
 * @s: the snapshot
 * @p: the part; where there is only one record, the new one takes the old one's place
 *
 * Return: the record, all zero.
 */
void *snapshot_slot(struct snapshot *s, const struct part *p)
{
	void *at = (char *)s + p->at, *slot;
	struct vec list;

	if (!p->list)
		return memset(at, 0, p->size);
	list = vec_get(at);
	slot = vec_push(&list, p->size);
	vec_set(at, list);
	return slot;
}

/**
 * snapshot_forget - drop what an answer is going to bring anew
 * @s: the snapshot
 * @cmd: what is asked; a snapshot brings everything but announcements
 */
void snapshot_forget(struct snapshot *s, u8 cmd)
{
	const struct part *p;
	struct vec list;
	char *at;

	for_each_part(p) {
		if (!p->list || (cmd == CVMSTAT_CMD_SNAPSHOT ? !p->nest : p->cmd != cmd))
			continue;
		at = (char *)s + p->at;
		list = vec_get(at);
		list.n = 0;
		vec_set(at, list);
	}
}

/**
 * snapshot_sum - add up one counter of all records of a part
 * @s: the snapshot
 * @p: the part
 * @attr: the counter's attribute
 * @with: bits of attributes that a record must have
 * @without: bits of attributes that it must not have
 */
u64 snapshot_sum(const struct snapshot *s, const struct part *p, u32 attr, u32 with, u32 without)
{
	struct vec list = vec_get((const char *)s + p->at);
	const char *record = list.v;
	u64 sum = 0;
	size_t i;

	for (i = 0; i < list.n; i++, record += p->size)
		if ((record_has(record) & (with | without)) == with)
			sum = sat_add(sum, *(const u64 *)(record + p->fields[attr].at));
	return sum;
}

/* Whether any record of a part has all of these attributes, bits of them. */
bool snapshot_any(const struct snapshot *s, const struct part *p, u32 with)
{
	struct vec list = vec_get((const char *)s + p->at);
	const char *record = list.v;
	size_t i;

	for (i = 0; i < list.n; i++, record += p->size)
		if ((record_has(record) & with) == with)
			return true;
	return false;
}

/* Bytes that were copied through the bounce buffer, or were to be, where that is all one knows. */
u64 snapshot_bounced(const struct snapshot *s)
{
	u64 sum = 0;
	size_t i;

	for (i = 0; i < s->bounces.n; i++) {
		const struct bounce *b = &s->bounces.v[i];

		if (b->has & BIT(CVMSTAT_A_AROUND_IN_COPIES))
			sum = sat_add(sum, sat_add(b->in_bytes, b->out_bytes));
		else
			sum = sat_add(sum, b->bytes);
	}
	return sum;
}

/* Classes that a hook feeds which is on; all of them if the module does not tell. */
u32 classes_fed(const struct snapshot *s)
{
	u32 fed = 0;
	size_t i;

	if (s->lacking & WANT(HOOKS))
		return -1U;
	for (i = 0; i < s->hooks.n; i++)
		if (s->hooks.v[i].backend != CVMSTAT_BACKEND_NONE)
			fed |= s->hooks.v[i].classes;
	return fed;
}

/* Those of them whose events are counted: where there is none, there was none. */
u32 classes_counted(const struct snapshot *s)
{
	if (s->trouble & (TROUBLE_CONFIG | TROUBLE_HOOKS | TROUBLE_RELOADED))
		return 0;
	if (!(s->config.has & BIT(CVMSTAT_A_CONFIG_CLASSES)))
		return classes_fed(s);
	return classes_fed(s) & s->config.classes;
}

/* Add what a record counted to another one of its kind. */
void record_add(const struct part *p, char *sum, const char *record)
{
	const struct place *c;
	u64 *val;
	u32 at;

	/* One that was told of in either. */
	*(u32 *)sum |= record_has(record);
	for (c = p->counts; c < p->counts + p->ncounts; c++) {
		for (at = c->at; at < c->at + c->size; at += sizeof(u64)) {
			val = (u64 *)(sum + at);
			*val = sat_add(*val, *(const u64 *)(record + at));
		}
	}
}

/* Bring records into the order of their keys. Mostly they are in it already. */
void records_sort(const struct part *p, struct vec list)
{
	const char *at = list.v;
	size_t i;

	for (i = 1; i < list.n; i++, at += p->size)
		if (p->order(at, at + p->size) > 0)
			break;
	if (i < list.n)
		qsort(list.v, list.n, p->size, p->order);
}

void part_sort(const struct part *p, struct snapshot *s)
{
	records_sort(p, vec_get((const char *)s + p->at));
}

void snapshot_free(struct snapshot *s)
{
	const struct part *p;

	for_each_part(p)
		if (p->list)
			free(vec_get((char *)s + p->at).v);
	*s = (struct snapshot){ 0 };
}
