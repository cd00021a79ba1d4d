// SPDX-License-Identifier: GPL-2.0
/* A run is one transaction: it is there as a whole or not at all. */
#include "store/db.h"

#define ADD_RUN \
	"INSERT INTO run (uuid, series, number, name, boot_id, started_utc_ns, started_ns, ns," \
	" status, platform, kernel, module, version, cpus, exits, traps, calls, per, command," \
	" output, output_bytes) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"

/* The same event twice is its sum. */
#define ADD_COUNT \
	"INSERT INTO count VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET" \
	" kernel = kernel + excluded.kernel, user = user + excluded.user"
#define ADD_MEASURE \
	"INSERT INTO measure VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE SET" \
	" value = value + excluded.value"

static void bind_or_null(sqlite3_stmt *stmt, int at, bool known, u64 val)
{
	if (known)
		db_bind_u64(stmt, at, val);
	else
		sqlite3_bind_null(stmt, at);
}

static void save_head(struct store *s, struct run *r)
{
	sqlite3_stmt *stmt = db_prepare(s, ADD_RUN);
	int at = 1;

	db_bind_text(stmt, at++, r->uuid);
	db_bind_text(stmt, at++, r->series);
	db_bind_u64(stmt, at++, r->number);
	db_bind_text(stmt, at++, r->name);
	db_bind_text(stmt, at++, r->boot_id);
	db_bind_u64(stmt, at++, r->started_utc_ns);
	db_bind_u64(stmt, at++, r->started_ns);
	db_bind_u64(stmt, at++, r->ns);
	sqlite3_bind_int(stmt, at++, r->status);
	db_bind_text(stmt, at++, r->platform);
	db_bind_text(stmt, at++, r->kernel);
	db_bind_text(stmt, at++, r->module);
	db_bind_text(stmt, at++, r->version);
	db_bind_u64(stmt, at++, r->cpus);
	bind_or_null(stmt, at++, r->counted, r->exits);
	bind_or_null(stmt, at++, r->counted, r->traps);
	bind_or_null(stmt, at++, r->counted, r->calls);
	db_bind_text(stmt, at++, r->per);
	db_bind_text(stmt, at++, r->command);
	sqlite3_bind_blob64(stmt, at++, r->output, r->output_size, SQLITE_STATIC);
	bind_or_null(stmt, at++, r->output, r->output_bytes);
	db_do(s, stmt);
	sqlite3_finalize(stmt);
	r->id = sqlite3_last_insert_rowid(s->sqlite);
}

static void save_pairs(struct store *s, const struct run *r, const char *sql,
		       const struct run_pair_vec *pairs)
{
	sqlite3_stmt *stmt = db_prepare(s, sql);
	size_t i;

	for (i = 0; i < pairs->n; i++) {
		sqlite3_bind_int64(stmt, 1, r->id);
		db_bind_text(stmt, 2, pairs->v[i].key);
		db_bind_text(stmt, 3, pairs->v[i].value);
		db_do(s, stmt);
	}
	sqlite3_finalize(stmt);
}

static void save_figures(struct store *s, const struct run *r)
{
	sqlite3_stmt *stmt = db_prepare(s, "INSERT OR REPLACE INTO figure VALUES (?,?,?,?,?)");
	const struct run_figure *f;

	for (f = r->figures.v; f < r->figures.v + r->figures.n; f++) {
		sqlite3_bind_int64(stmt, 1, r->id);
		db_bind_text(stmt, 2, f->name);
		db_bind_text(stmt, 3, f->unit);
		db_bind_text(stmt, 4, better_name(f->better));
		sqlite3_bind_double(stmt, 5, f->value);
		db_do(s, stmt);
	}
	sqlite3_finalize(stmt);
}

#define EVENT_COLUMNS \
	"(detail_row, overflow, kind, class, code, reason, op, detail, name, provenance)"
#define FIND_EVENT "SELECT id FROM event WHERE " EVENT_COLUMNS " = (?,?,?,?,?,?,?,?,?,?)"
#define ADD_EVENT \
	"INSERT INTO event (detail_row, overflow, kind, class, code, reason, op, detail, name," \
	" provenance, purpose) VALUES (?,?,?,?,?,?,?,?,?,?,?)"

static void bind_event(sqlite3_stmt *stmt, const struct run_event *e)
{
	int at = 1;

	sqlite3_bind_int(stmt, at++, e->detail_row);
	sqlite3_bind_int(stmt, at++, e->overflow);
	db_bind_text(stmt, at++, e->kind);
	db_bind_text(stmt, at++, e->class);
	db_bind_text(stmt, at++, e->code);
	db_bind_text(stmt, at++, e->reason);
	db_bind_text(stmt, at++, e->op);
	db_bind_text(stmt, at++, e->detail);
	db_bind_text(stmt, at++, e->name);
	db_bind_text(stmt, at++, e->provenance);
}

/* The number of an event, which gets one if it is new. */
static s64 event_id(struct store *s, const struct run_event *e)
{
	s64 id;

	if (!s->intern[0]) {
		s->intern[0] = db_prepare(s, FIND_EVENT);
		s->intern[1] = db_prepare(s, ADD_EVENT);
	}
	bind_event(s->intern[0], e);
	if (db_step(s, s->intern[0])) {
		id = sqlite3_column_int64(s->intern[0], 0);
		sqlite3_reset(s->intern[0]);
		return id;
	}
	sqlite3_reset(s->intern[0]);
	bind_event(s->intern[1], e);
	db_bind_text(s->intern[1], 11, e->purpose);
	db_do(s, s->intern[1]);
	return sqlite3_last_insert_rowid(s->sqlite);
}

static void save_counts(struct store *s, const struct run *r)
{
	sqlite3_stmt *stmt = db_prepare(s, ADD_COUNT);
	const struct run_count *c;

	for (c = r->counts.v; c < r->counts.v + r->counts.n; c++) {
		sqlite3_bind_int64(stmt, 1, r->id);
		sqlite3_bind_int64(stmt, 2, event_id(s, c->event));
		db_bind_u64(stmt, 3, c->kernel);
		db_bind_u64(stmt, 4, c->user);
		db_do(s, stmt);
	}
	sqlite3_finalize(stmt);
}

static void save_measures(struct store *s, const struct run *r)
{
	sqlite3_stmt *stmt = db_prepare(s, ADD_MEASURE);
	const struct run_measure *m;

	for (m = r->measures.v; m < r->measures.v + r->measures.n; m++) {
		sqlite3_bind_int64(stmt, 1, r->id);
		db_bind_text(stmt, 2, m->source);
		db_bind_text(stmt, 3, m->item);
		db_bind_text(stmt, 4, m->name);
		db_bind_u64(stmt, 5, m->value);
		db_do(s, stmt);
	}
	sqlite3_finalize(stmt);
}

static void save_bins(struct store *s, const struct run *r)
{
	sqlite3_stmt *stmt = db_prepare(s, "INSERT INTO bin VALUES (?,?,?,?,?,?,?,?)");
	const struct run_bin *b;

	for (b = r->bins.v; b < r->bins.v + r->bins.n; b++) {
		sqlite3_bind_int64(stmt, 1, r->id);
		db_bind_text(stmt, 2, b->source);
		db_bind_text(stmt, 3, b->class);
		db_bind_text(stmt, 4, b->code);
		db_bind_text(stmt, 5, b->unit);
		db_bind_u64(stmt, 6, b->from);
		db_bind_u64(stmt, 7, b->to);
		db_bind_u64(stmt, 8, b->count);
		db_do(s, stmt);
	}
	sqlite3_finalize(stmt);
}

static void save_notes(struct store *s, const struct run *r)
{
	sqlite3_stmt *stmt = db_prepare(s, "INSERT INTO note VALUES (?,?,?)");
	size_t i;

	for (i = 0; i < r->notes.n; i++) {
		sqlite3_bind_int64(stmt, 1, r->id);
		sqlite3_bind_int64(stmt, 2, (s64)i);
		db_bind_text(stmt, 3, r->notes.v[i].text);
		db_do(s, stmt);
	}
	sqlite3_finalize(stmt);
}

static bool is_there(struct store *s, const char *uuid)
{
	sqlite3_stmt *stmt = db_prepare(s, "SELECT 1 FROM run WHERE uuid = ?");
	bool there;

	db_bind_text(stmt, 1, uuid);
	there = db_step(s, stmt);
	sqlite3_finalize(stmt);
	return there;
}

/**
 * store_save - keep a run
 * @s: the database
 * @r: the run; gets its number in the database
 *
 * When it returns, the run is on the disk.
 *
 * Return: false if the run is there already.
 */
bool store_save(struct store *s, struct run *r)
{
	db_run(s, "BEGIN IMMEDIATE");
	if (is_there(s, r->uuid)) {
		db_run(s, "ROLLBACK");
		return false;
	}
	save_head(s, r);
	save_pairs(s, r, "INSERT OR REPLACE INTO tag VALUES (?,?,?)", &r->tags);
	save_pairs(s, r, "INSERT OR REPLACE INTO setting VALUES (?,?,?)", &r->settings);
	save_figures(s, r);
	save_counts(s, r);
	save_measures(s, r);
	save_bins(s, r);
	save_notes(s, r);
	db_run(s, "COMMIT");
	return true;
}

/**
 * store_remove - forget runs, all of them or none
 */
void store_remove(struct store *s, const struct run_vec *runs)
{
	sqlite3_stmt *stmt;
	size_t i;

	db_run(s, "BEGIN IMMEDIATE");
	stmt = db_prepare(s, "DELETE FROM run WHERE id = ?");
	for (i = 0; i < runs->n; i++) {
		sqlite3_bind_int64(stmt, 1, runs->v[i].id);
		db_do(s, stmt);
	}
	sqlite3_finalize(stmt);
	db_run(s, "DELETE FROM event WHERE id NOT IN (SELECT event FROM count)");
	db_run(s, "COMMIT");
}
