// SPDX-License-Identifier: GPL-2.0
/* Run after run, table after table: all tables are in the order of their runs. */
#include <stdlib.h>

#include "store/db.h"

#define HEAD \
	"SELECT id, uuid, series, number, name, boot_id, started_utc_ns, started_ns, ns," \
	" status, platform, kernel, module, version, cpus, exits, traps, calls, per" \
	" FROM run ORDER BY id"

#define EVENTS \
	"SELECT id, detail_row, overflow, kind, class, code, reason, op, detail, name," \
	" provenance, purpose FROM event ORDER BY id"

static void copy_uuid(char *to, const char *from)
{
	snprintf(to, UUID_BYTES, "%s", from ? from : "");
}

static void load_head(sqlite3_stmt *stmt, struct run *r)
{
	int col = 0;

	r->id = sqlite3_column_int64(stmt, col++);
	copy_uuid(r->uuid, db_text(stmt, col++));
	copy_uuid(r->series, db_text(stmt, col++));
	r->number = (u32)db_u64(stmt, col++);
	r->name = pool_text(&r->texts, db_text(stmt, col++));
	copy_uuid(r->boot_id, db_text(stmt, col++));
	r->started_utc_ns = db_u64(stmt, col++);
	r->started_ns = db_u64(stmt, col++);
	r->ns = db_u64(stmt, col++);
	r->status = sqlite3_column_int(stmt, col++);
	r->platform = pool_text(&r->texts, db_text(stmt, col++));
	r->kernel = pool_text(&r->texts, db_text(stmt, col++));
	r->module = pool_text(&r->texts, db_text(stmt, col++));
	r->version = pool_text(&r->texts, db_text(stmt, col++));
	r->cpus = (u32)db_u64(stmt, col++);
	r->counted = sqlite3_column_type(stmt, col) != SQLITE_NULL;
	r->exits = db_u64(stmt, col++);
	r->traps = db_u64(stmt, col++);
	r->calls = db_u64(stmt, col++);
	r->per = pool_text(&r->texts, db_text(stmt, col++));
}

/**
 * store_list - all runs, without what is in other tables, in order of their numbers
 * @s: the database
 * @runs: filled, to be freed with runs_free()
 */
void store_list(struct store *s, struct run_vec *runs)
{
	sqlite3_stmt *stmt = db_prepare(s, HEAD);

	while (db_step(s, stmt))
		load_head(stmt, run_push(runs));
	sqlite3_finalize(stmt);
}

static void load_tag(struct run *r, sqlite3_stmt *stmt)
{
	struct run_pair *p = run_pair_push(&r->tags);

	p->key = pool_text(&r->texts, db_text(stmt, 1));
	p->value = pool_text(&r->texts, db_text(stmt, 2));
}

static void load_setting(struct run *r, sqlite3_stmt *stmt)
{
	struct run_pair *p = run_pair_push(&r->settings);

	p->key = pool_text(&r->texts, db_text(stmt, 1));
	p->value = pool_text(&r->texts, db_text(stmt, 2));
}

static void load_figure(struct run *r, sqlite3_stmt *stmt)
{
	struct run_figure *f = run_figure_push(&r->figures);

	f->name = pool_text(&r->texts, db_text(stmt, 1));
	f->unit = pool_text(&r->texts, db_text(stmt, 2));
	if (!better_by_name(db_text(stmt, 3), &f->better))
		f->better = BETTER_UNKNOWN;
	f->value = sqlite3_column_double(stmt, 4);
}

static void load_measure(struct run *r, sqlite3_stmt *stmt)
{
	struct run_measure *m = run_measure_push(&r->measures);

	m->source = pool_text(&r->texts, db_text(stmt, 1));
	m->item = pool_text(&r->texts, db_text(stmt, 2));
	m->name = pool_text(&r->texts, db_text(stmt, 3));
	m->value = db_u64(stmt, 4);
}

static void load_bin(struct run *r, sqlite3_stmt *stmt)
{
	struct run_bin *b = run_bin_push(&r->bins);

	b->source = pool_text(&r->texts, db_text(stmt, 1));
	b->class = pool_text(&r->texts, db_text(stmt, 2));
	b->code = pool_text(&r->texts, db_text(stmt, 3));
	b->unit = pool_text(&r->texts, db_text(stmt, 4));
	b->from = db_u64(stmt, 5);
	b->to = db_u64(stmt, 6);
	b->count = db_u64(stmt, 7);
}

static void load_note(struct run *r, sqlite3_stmt *stmt)
{
	run_note_push(&r->notes)->text = pool_text(&r->texts, db_text(stmt, 1));
}

static void load_output(struct run *r, sqlite3_stmt *stmt)
{
	size_t size = (size_t)sqlite3_column_bytes(stmt, 2);

	r->command = pool_text(&r->texts, db_text(stmt, 1));
	if (sqlite3_column_type(stmt, 3) == SQLITE_NULL)
		return;
	r->output = pool_bytes(&r->texts, size ? sqlite3_column_blob(stmt, 2) : "", size);
	r->output_size = size;
	r->output_bytes = db_u64(stmt, 3);
}

/* Rows of a table, each of which begins with the number of its run. */
static const struct table {
	unsigned int what;
	const char *sql;
	void (*load)(struct run *r, sqlite3_stmt *stmt);
} tables[] = {
	{ LOAD_PAIRS, "SELECT run, key, value FROM tag", load_tag },
	{ LOAD_PAIRS, "SELECT run, key, value FROM setting", load_setting },
	{ LOAD_FIGURES, "SELECT run, name, unit, better, value FROM figure", load_figure },
	{ LOAD_REST, "SELECT run, source, item, name, value FROM measure", load_measure },
	{ LOAD_REST, "SELECT run, source, class, code, unit, low, high, count FROM bin", load_bin },
	{ LOAD_REST, "SELECT run, text FROM note", load_note },
	{ LOAD_OUTPUT, "SELECT id, command, output, output_bytes FROM run", load_output },
};

/* All events, in order of their numbers; they belong to the first of the runs. */
struct numbered {
	s64 id;
	struct run_event *event;
};

DEFINE_VEC(numbered)

static void load_event(struct run *owner, struct numbered_vec *all, sqlite3_stmt *stmt)
{
	struct run_event *e = pool_alloc(&owner->texts, sizeof(*e));
	int col = 3;

	*numbered_push(all) = (struct numbered){ sqlite3_column_int64(stmt, 0), e };
	e->detail_row = sqlite3_column_int(stmt, 1);
	e->overflow = sqlite3_column_int(stmt, 2);
	e->kind = pool_text(&owner->texts, db_text(stmt, col++));
	e->class = pool_text(&owner->texts, db_text(stmt, col++));
	e->code = pool_text(&owner->texts, db_text(stmt, col++));
	e->reason = pool_text(&owner->texts, db_text(stmt, col++));
	e->op = pool_text(&owner->texts, db_text(stmt, col++));
	e->detail = pool_text(&owner->texts, db_text(stmt, col++));
	e->name = pool_text(&owner->texts, db_text(stmt, col++));
	e->provenance = pool_text(&owner->texts, db_text(stmt, col++));
	e->purpose = pool_text(&owner->texts, db_text(stmt, col++));
}

static struct run_event *find_event(const struct numbered_vec *all, s64 id)
{
	size_t low = 0, high = all->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (all->v[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < all->n && all->v[low].id == id ? all->v[low].event : NULL;
}

static void load_counts(struct store *s, struct run_vec *runs)
{
	struct numbered_vec all = { 0 };
	struct run_event *e;
	sqlite3_stmt *stmt;
	size_t i;

	stmt = db_prepare(s, EVENTS);
	while (db_step(s, stmt))
		load_event(&runs->v[0], &all, stmt);
	sqlite3_finalize(stmt);
	stmt = db_prepare(s, "SELECT event, kernel, user FROM count WHERE run = ?");
	for (i = 0; i < runs->n; i++) {
		sqlite3_bind_int64(stmt, 1, runs->v[i].id);
		while (db_step(s, stmt)) {
			e = find_event(&all, sqlite3_column_int64(stmt, 0));
			if (e)
				*run_count_push(&runs->v[i].counts) = (struct run_count){
					e, db_u64(stmt, 1), db_u64(stmt, 2) };
		}
		sqlite3_reset(stmt);
	}
	sqlite3_finalize(stmt);
	free(all.v);
}

static void load_table(struct store *s, struct run_vec *runs, const struct table *t)
{
	char *sql = xasprintf("%s WHERE %s = ?", t->sql, t->load == load_output ? "id" : "run");
	sqlite3_stmt *stmt = db_prepare(s, sql);
	size_t i;

	for (i = 0; i < runs->n; i++) {
		sqlite3_bind_int64(stmt, 1, runs->v[i].id);
		while (db_step(s, stmt))
			t->load(&runs->v[i], stmt);
		sqlite3_reset(stmt);
	}
	sqlite3_finalize(stmt);
	free(sql);
}

/**
 * store_load - read what else there is of runs
 * @s: the database
 * @runs: of store_list(), or some of them; they have to be freed together
 * @what: bits of enum load, none of which was read before
 */
void store_load(struct store *s, struct run_vec *runs, unsigned int what)
{
	const struct table *t;

	if (!runs->n)
		return;
	for (t = tables; t < tables + ARRAY_SIZE(tables); t++)
		if (what & t->what)
			load_table(s, runs, t);
	if (what & LOAD_COUNTS)
		load_counts(s, runs);
}
