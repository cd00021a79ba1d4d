// SPDX-License-Identifier: GPL-2.0
#include <assert.h>

#include "names/names.h"
#include "out/record.h"

static u64 number(const struct field *f, const char *at)
{
	switch (f->size) {
	case 8:
		return *(const u64 *)at;
	case 4:
		return *(const u32 *)at;
	default:
		return *(const u8 *)at;
	}
}

static void put_number(struct sheet *s, const struct field *f, u64 val)
{
	char text[256];

	switch ((enum field_means)f->means) {
	case MEANS_NUMBER:
		put_u64(s, val);
		break;
	case MEANS_HEX:
		put_hex(s, val);
		break;
	case MEANS_SWITCH:
		put_bool(s, val);
		break;
	case MEANS_CLASSES:
		put_string(s, classes_text((u32)val, " ", text, sizeof(text)));
		break;
	case MEANS_BACKEND:
		put_string(s, backend_name((u32)val));
		break;
	case MEANS_PROVENANCE:
		put_string(s, provenance_name((u32)val));
		break;
	case MEANS_IDLE_EXIT:
		put_string(s, idle_exit_name((u32)val));
		break;
	case MEANS_ANNOUNCEMENT:
		put_string(s, announcement_name((u32)val));
		break;
	}
}

static void put_field(struct sheet *s, const struct field *f, const char *at, bool there)
{
	if (f->type == FIELD_FLAG)
		put_bool(s, there);
	else if (f->maybe && !there)
		put_none(s);
	else if (f->type == FIELD_STRING)
		put_string(s, at);
	else
		put_number(s, f, number(f, at));
}

static bool counts(const struct part *p, const struct field *f)
{
	u32 i;

	for (i = 0; i < p->ncounts; i++)
		if (p->counts[i].at == f->at)
			return true;
	return false;
}

/**
 * put_record - put what a record has into the columns of its keys
 * @s: the sheet; columns of this row that are filled stay as they are
 * @p: the record's part, which knows all keys of the others
 * @record: the record
 * @runs: of which its counters are the sum; the sheet gets those of one
 */
void put_record(struct sheet *s, const struct part *p, const void *record, u32 runs)
{
	const struct field *f;
	size_t col;
	bool there;
	u32 attr;

	for (col = s->cells.n % s->ncols; col < s->ncols; col++) {
		attr = part_attribute(p, s->cols[col].key);
		assert(attr);
		f = &p->fields[attr];
		there = record_has(record) & BIT(attr);
		if (runs > 1 && counts(p, f) && (there || !f->maybe))
			put_mean(s, number(f, (const char *)record + f->at), runs);
		else
			put_field(s, f, (const char *)record + f->at, there);
	}
}

/* A row for each record of a part. */
void put_records(struct sheet *s, const struct part *p, const struct snapshot *from, u32 runs)
{
	struct vec list = vec_get((const char *)from + p->at);
	size_t i;

	for (i = 0; i < list.n; i++)
		put_record(s, p, (const char *)list.v + i * p->size, runs);
}
