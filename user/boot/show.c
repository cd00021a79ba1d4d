// SPDX-License-Identifier: GPL-2.0
/* The tables of cvmstat boot: phases, reasons, pages. */
#include <stdlib.h>

#include "base/format.h"
#include "boot/boot.h"

/* Details beside a reason. */
#define TOP_DETAILS 3

static const struct column phase_columns[] = {
	{ "phase", "phase", IN_TEXT | IN_JSON, SHOW_PLAIN },
	{ NULL, "time", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	{ "ns", NULL, IN_JSON, SHOW_PLAIN },
	{ "exits", "exits", IN_TEXT | IN_JSON | COL_RIGHT, SHOW_GROUPED },
	{ "traps", "traps", IN_TEXT | IN_JSON | COL_RIGHT, SHOW_GROUPED },
	{ "calls", "calls", IN_TEXT | IN_JSON | COL_RIGHT | COL_SPARE, SHOW_GROUPED },
	{ NULL, "accepted", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	{ "accepted_bytes", NULL, IN_JSON, SHOW_PLAIN },
	{ NULL, "shared", IN_TEXT | COL_RIGHT | COL_SPARE, SHOW_PLAIN },
	{ "shared_bytes", NULL, IN_JSON, SHOW_PLAIN },
	{ "private_bytes", NULL, IN_JSON, SHOW_PLAIN },
};

static void put_time(struct sheet *s, bool timed, u64 ns)
{
	char text[32];

	put_string(s, timed ? time_text((double)ns, text, sizeof(text)) : NULL);
	if (timed)
		put_u64(s, ns);
	else
		put_none(s);
}

static void put_counted(struct sheet *s, const struct boot_report *r, u64 val)
{
	if (r->boot->counted)
		put_u64(s, val);
	else
		put_none(s);
}

static void put_bytes(struct sheet *s, const struct boot_report *r, u64 bytes)
{
	char text[32];

	put_string(s, r->boot->counted ? bytes_text(bytes, text, sizeof(text)) : NULL);
	put_counted(s, r, bytes);
}

static void put_phase(struct sheet *s, const struct boot_report *r, unsigned int i)
{
	const struct boot_phase *p = &r->boot->phases[i];

	put_string(s, p->name);
	put_time(s, p->timed, p->ns);
	put_counted(s, r, r->sums[KIND_EXIT][i]);
	put_counted(s, r, r->sums[KIND_TRAP][i]);
	put_counted(s, r, r->sums[KIND_CALL][i]);
	put_bytes(s, r, r->bytes[CVMSTAT_PAGE_OP_ACCEPTED][i]);
	put_bytes(s, r, r->bytes[CVMSTAT_PAGE_OP_SHARED][i]);
	put_counted(s, r, r->bytes[CVMSTAT_PAGE_OP_PRIVATE][i]);
}

static void put_whole(struct sheet *s, const struct boot_report *r)
{
	bool timed = true;
	unsigned int i;
	u64 ns = 0;

	for (i = 0; i < r->boot->nphases; i++) {
		timed &= r->boot->phases[i].timed;
		ns += r->boot->phases[i].ns;
	}
	put_string(s, "all");
	put_time(s, timed, ns);
	put_counted(s, r, boot_total(r, r->sums[KIND_EXIT]));
	put_counted(s, r, boot_total(r, r->sums[KIND_TRAP]));
	put_counted(s, r, boot_total(r, r->sums[KIND_CALL]));
	put_bytes(s, r, boot_total(r, r->bytes[CVMSTAT_PAGE_OP_ACCEPTED]));
	put_bytes(s, r, boot_total(r, r->bytes[CVMSTAT_PAGE_OP_SHARED]));
	put_counted(s, r, boot_total(r, r->bytes[CVMSTAT_PAGE_OP_PRIVATE]));
}

/* Of a boot that nobody counted there is the time alone. */
static void show_phases(struct out *o, const struct boot_report *r)
{
	struct column cols[ARRAY_SIZE(phase_columns)];
	struct sheet s = SHEET("phases", cols);
	size_t i;

	memcpy(cols, phase_columns, sizeof(cols));
	for (i = 3; i < ARRAY_SIZE(cols) && !r->boot->counted; i++)
		cols[i].flags &= ~IN_TEXT;
	for (i = 0; i < r->boot->nphases; i++)
		put_phase(&s, r, (unsigned int)i);
	if (o->format == OUT_TEXT && r->boot->nphases)
		put_whole(&s, r);
	out_sheet(o, &s, IN_TEXT | IN_JSON);
	sheet_free(&s);
}

enum { REASON_KIND, REASON_NAME, REASON_PHASES, REASON_ALL = REASON_PHASES + BOOT_PHASES,
	REASON_SHARE, REASON_TOP, REASON_COLUMNS };

/* A column a phase. */
static void reason_setup(struct sheet *s, struct column cols[REASON_COLUMNS], const struct boot *b)
{
	unsigned int i;

	memset(cols, 0, REASON_COLUMNS * sizeof(*cols));
	cols[REASON_KIND] = (struct column){ NULL, "class", IN_TEXT | COL_SPARE, SHOW_PLAIN };
	cols[REASON_NAME] = (struct column){ NULL, "reason", IN_TEXT, SHOW_PLAIN };
	for (i = 0; i < b->nphases; i++)
		cols[REASON_PHASES + i] = (struct column){ NULL, b->phases[i].name,
							   IN_TEXT | COL_RIGHT, SHOW_GROUPED };
	cols[REASON_ALL] = (struct column){ NULL, "all", IN_TEXT | COL_RIGHT, SHOW_GROUPED };
	cols[REASON_SHARE] = (struct column){ NULL, "share", IN_TEXT | COL_RIGHT | COL_SPARE,
					      SHOW_PERCENT };
	cols[REASON_TOP] = (struct column){ NULL, "top details", IN_TEXT | COL_ITEMS | COL_SPARE,
					    SHOW_PLAIN };
	s->cols = cols;
	s->ncols = REASON_COLUMNS;
}

/* Start-up code counts without details, and a full table has none. */
static const char *detail_name(const struct record *r, char *buf, size_t size)
{
	if (!record_overflow(r))
		return detail_label(r, buf, size);
	snprintf(buf, size, "(not kept)");
	return buf;
}

static void put_top(struct sheet *s, const struct boot_report *r, const struct boot_row *reason)
{
	char text[512] = "", name[NAME_BYTES];
	const struct boot_row *d;
	unsigned int shown = 0;
	size_t i, at = 0;

	for (i = 0; i < r->details.n && shown < TOP_DETAILS && at < sizeof(text); i++) {
		d = &r->details.v[i];
		if (d->r.class != reason->r.class || d->r.code != reason->r.code)
			continue;
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s %.1f%%",
				       shown++ ? ", " : "", detail_name(&d->r, name, sizeof(name)),
				       100 * (double)d->total / (double)reason->total);
	}
	put_string(s, text);
}

static void put_share(struct sheet *s, const struct boot_report *r, u32 class, u64 part)
{
	u64 exits = boot_total(r, r->sums[KIND_EXIT]);

	if (class_kind(class) == KIND_EXIT && exits)
		put_real(s, (double)part / (double)exits);
	else
		put_none(s);
}

static void show_reasons(struct out *o, const struct boot_report *r)
{
	struct column cols[REASON_COLUMNS];
	struct sheet s = { 0 };
	const struct boot_row *row;
	char name[NAME_BYTES];
	unsigned int phase;
	size_t i;

	reason_setup(&s, cols, r->boot);
	for (i = 0; i < r->reasons.n; i++) {
		row = &r->reasons.v[i];
		put_string(&s, kind_name(class_kind(row->r.class)));
		put_string(&s, reason_label(row->r.class, true, row->r.code, name, sizeof(name)));
		for (phase = 0; phase < BOOT_PHASES; phase++)
			put_u64(&s, row->n[phase]);
		put_u64(&s, row->total);
		put_share(&s, r, row->r.class, row->total);
		put_top(&s, r, row);
	}
	if (r->reasons.n)
		out_line(o, "%s", "");
	out_sheet(o, &s, IN_TEXT);
	sheet_free(&s);
}

static const struct column data_columns[] = {
	{ "phase", NULL, IN_DATA, SHOW_PLAIN },
	{ "kind", NULL, IN_DATA, SHOW_PLAIN },
	{ "class", NULL, IN_DATA, SHOW_PLAIN },
	{ "code", NULL, IN_DATA, SHOW_PLAIN },
	{ "reason", NULL, IN_DATA, SHOW_PLAIN },
	{ "op", NULL, IN_DATA, SHOW_PLAIN },
	{ "detail", NULL, IN_DATA, SHOW_PLAIN },
	{ "name", NULL, IN_DATA, SHOW_PLAIN },
	{ "count", NULL, IN_DATA, SHOW_PLAIN },
	{ "share", NULL, IN_DATA, SHOW_PLAIN },
};

static void put_data(struct sheet *s, const struct boot_report *r, const struct boot_row *row,
		     unsigned int phase)
{
	bool detail = record_has_detail(&row->r);
	char name[NAME_BYTES];

	put_string(s, r->boot->phases[phase].name);
	put_string(s, kind_name(class_kind(row->r.class)));
	put_string(s, class_name(row->r.class, name, sizeof(name)));
	put_hex(s, row->r.code);
	put_string(s, reason_name(row->r.class, row->r.code, name, sizeof(name)));
	put_string(s, op_name(row->r.op));
	if (detail)
		put_hex(s, row->r.detail);
	else
		put_none(s);
	put_string(s, detail ? detail_label(&row->r, name, sizeof(name)) : NULL);
	put_u64(s, row->n[phase]);
	put_share(s, r, row->r.class, row->n[phase]);
}

static void show_data(struct out *o, const struct boot_report *r, const char *name,
		      const struct boot_row_vec *rows, unsigned int formats)
{
	struct sheet s = SHEET(name, data_columns);
	unsigned int phase;
	size_t i;

	for (phase = 0; phase < r->boot->nphases; phase++)
		for (i = 0; i < rows->n; i++)
			if (rows->v[i].n[phase])
				put_data(&s, r, &rows->v[i], phase);
	out_sheet(o, &s, formats);
	sheet_free(&s);
}

static const struct column page_columns[] = {
	{ "phase", "phase", IN_TEXT | IN_JSON, SHOW_PLAIN },
	{ "done", "pages", IN_TEXT | IN_JSON, SHOW_PLAIN },
	{ NULL, "size", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
	{ "page_bytes", NULL, IN_JSON, SHOW_PLAIN },
	{ "pages", "number", IN_TEXT | IN_JSON | COL_RIGHT, SHOW_GROUPED },
	{ NULL, "together", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
};

static void show_pages(struct out *o, const struct boot_report *r)
{
	static const char *const done[BOOT_PAGE_OPS] = {
		[CVMSTAT_PAGE_OP_ACCEPTED] = "accepted", [CVMSTAT_PAGE_OP_PRIVATE] = "to private",
		[CVMSTAT_PAGE_OP_SHARED] = "to shared",
	};
	struct sheet s = SHEET("pages", page_columns);
	const struct boot_pages *p;
	char text[32];
	size_t i;

	for (i = 0; i < r->pages.n; i++) {
		p = &r->pages.v[i];
		put_string(&s, r->boot->phases[p->phase].name);
		put_string(&s, done[p->op]);
		put_string(&s, bytes_text(p->size, text, sizeof(text)));
		put_u64(&s, p->size);
		put_u64(&s, p->pages);
		put_string(&s, bytes_text(p->size * p->pages, text, sizeof(text)));
	}
	if (s.cells.n)
		out_line(o, "%s", "");
	out_sheet(o, &s, IN_TEXT | IN_JSON);
	sheet_free(&s);
}

/* All of it, but for what to do about it. */
void boot_show(struct out *o, const struct boot_report *r)
{
	show_phases(o, r);
	show_reasons(o, r);
	show_data(o, r, "reasons", &r->reasons, IN_DATA);
	show_data(o, r, "details", &r->details, IN_JSON);
	show_pages(o, r);
}
