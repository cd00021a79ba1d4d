// SPDX-License-Identifier: GPL-2.0
/*
 * A rollback journal and not a write-ahead log: the database is one file that
 * can be copied, and a run comes once in seconds. EXTRA is FULL, and also makes
 * the end of a transaction last: the journal's folder is written, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/db.h"
#include "store/schema.h"

/* Another recorder holds the database for milliseconds. */
#define BUSY_MS 60000

static void not_ours(const struct store *s) __noreturn;
static void not_ours(const struct store *s)
{
	die(ST_FAIL, "%s: no database of recorded runs; --db FILE names another one", s->path);
}

/* Say what SQLite says, and what to do. */
void db_fail(const struct store *s, const char *what)
{
	int code = sqlite3_errcode(s->sqlite);

	switch (code & 0xff) {
	case SQLITE_NOTADB:
		not_ours(s);
	case SQLITE_CORRUPT:
		die(ST_FAIL, "%s: damaged (%s): put a copy in its place, or move it away", s->path,
		    sqlite3_errmsg(s->sqlite));
	case SQLITE_FULL:
	case SQLITE_IOERR:
		die(ST_OUTPUT, "%s: %s: %s; what was recorded before is kept", s->path, what,
		    sqlite3_errmsg(s->sqlite));
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		die(ST_OUTPUT, "%s: %s: %s: check owner and mode of the file and of its folder",
		    s->path, what, sqlite3_errmsg(s->sqlite));
	case SQLITE_BUSY:
		die(ST_FAIL, "%s: another program has held the database for %d s", s->path,
		    BUSY_MS / 1000);
	default:
		die(ST_FAIL, "%s: %s: %s", s->path, what, sqlite3_errmsg(s->sqlite));
	}
}

void db_run(struct store *s, const char *sql)
{
	if (sqlite3_exec(s->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
		db_fail(s, "cannot write");
}

sqlite3_stmt *db_prepare(struct store *s, const char *sql)
{
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(s->sqlite, sql, -1, &stmt, NULL) != SQLITE_OK)
		db_fail(s, "cannot read");
	return stmt;
}

/* Return: whether there is a row. */
bool db_step(struct store *s, sqlite3_stmt *stmt)
{
	int rc = sqlite3_step(stmt);

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		db_fail(s, "cannot read");
	return rc == SQLITE_ROW;
}

/* Carry out a statement that gives no rows, and make it ready for the next. */
void db_do(struct store *s, sqlite3_stmt *stmt)
{
	if (sqlite3_step(stmt) != SQLITE_DONE)
		db_fail(s, "cannot write");
	sqlite3_reset(stmt);
}

void db_bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
	sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
}

void db_bind_u64(sqlite3_stmt *stmt, int at, u64 val)
{
	sqlite3_bind_int64(stmt, at, val > INT64_MAX ? INT64_MAX : (s64)val);
}

const char *db_text(sqlite3_stmt *stmt, int col)
{
	return (const char *)sqlite3_column_text(stmt, col);
}

u64 db_u64(sqlite3_stmt *stmt, int col)
{
	s64 val = sqlite3_column_int64(stmt, col);

	return val < 0 ? 0 : (u64)val;
}

static s64 pragma(struct store *s, const char *name)
{
	char sql[64];
	sqlite3_stmt *stmt;
	s64 val;

	snprintf(sql, sizeof(sql), "PRAGMA %s", name);
	stmt = db_prepare(s, sql);
	val = db_step(s, stmt) ? sqlite3_column_int64(stmt, 0) : 0;
	sqlite3_finalize(stmt);
	return val;
}

/* One step, or nothing of it. */
static void step_up(struct store *s, s64 from)
{
	char sql[128];

	db_run(s, schema_steps[from]);
	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %lld",
		 APPLICATION_ID, from + 1);
	db_run(s, sql);
}

static void migrate(struct store *s)
{
	s64 version;

	/* Two may have opened it at once: the second finds the work done. */
	db_run(s, "BEGIN IMMEDIATE");
	for (version = pragma(s, "user_version"); version < (s64)schema_version; version++)
		step_up(s, version);
	db_run(s, schema_views);
	db_run(s, "COMMIT");
}

static bool is_empty(struct store *s)
{
	return !pragma(s, "schema_version");
}

static void check_version(struct store *s)
{
	s64 id = pragma(s, "application_id"), version = pragma(s, "user_version");

	if (id != APPLICATION_ID && !(is_empty(s) && !id && !version))
		not_ours(s);
	if (version > (s64)schema_version)
		die(ST_FAIL, "%s: of a newer cvmstat (schema %lld, this one knows %zu)", s->path,
		    version, schema_version);
	if (version == (s64)schema_version)
		return;
	if (sqlite3_db_readonly(s->sqlite, "main"))
		die(ST_FAIL, "%s: of an older cvmstat, and not writable to migrate it", s->path);
	migrate(s);
}

static void make_folders(const char *path)
{
	char *copy = xstrdup(path), *at;

	for (at = strchr(copy + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		if (mkdir(copy, 0700) && errno != EEXIST)
			die(ST_OUTPUT, "%s: %s", copy, strerror(errno));
		*at = '/';
	}
	free(copy);
}

/* As the XDG Base Directory Specification has it. */
static char *default_path(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (state && *state == '/')
		return xasprintf("%s/cvmstat/runs.db", state);
	if (!home || *home != '/')
		die(ST_FAIL, "neither XDG_STATE_HOME nor HOME is set: say --db FILE");
	return xasprintf("%s/.local/state/cvmstat/runs.db", home);
}

/* Runs tell about a guest: they are their owner's alone. */
static void create(struct store *s)
{
	int fd;

	make_folders(s->path);
	fd = open(s->path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0 && errno != EEXIST)
		die(ST_OUTPUT, "%s: %s", s->path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/**
 * store_open - open the database, and bring an older one up to date
 * @path: the file; NULL for the usual one
 * @what: OPEN_WRITE makes it if it is not there
 */
struct store *store_open(const char *path, enum open_for what)
{
	struct store *s = xcalloc(1, sizeof(*s));

	s->path = path ? xstrdup(path) : default_path();
	if (what == OPEN_WRITE)
		create(s);
	else if (access(s->path, F_OK))
		die(ST_FAIL, "%s: %s; cvmstat record makes it, --db FILE names another one",
		    s->path, strerror(errno));
	if (sqlite3_open_v2(s->path, &s->sqlite, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		db_fail(s, "cannot open");
	sqlite3_busy_timeout(s->sqlite, BUSY_MS);
	check_version(s);
	db_run(s, "PRAGMA foreign_keys = ON");
	db_run(s, "PRAGMA journal_mode = DELETE");
	db_run(s, "PRAGMA synchronous = EXTRA");
	return s;
}

void store_close(struct store *s)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(s->intern); i++)
		sqlite3_finalize(s->intern[i]);
	sqlite3_close(s->sqlite);
	free(s->path);
	free(s);
}

const char *store_path(const struct store *s)
{
	return s->path;
}
