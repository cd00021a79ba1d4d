// SPDX-License-Identifier: GPL-2.0
/*
 * Long tables: a row for each figure, so that what is new needs no new column.
 * Codes, details and what else has 64 bits without a sign are texts with 0x;
 * counts are integers, and what SQLite's 63 bits do not hold is its largest.
 * What is counted is written once, in event; a run's rows point to it. Exits,
 * traps and calls of a run are NULL where the module did not count.
 */
#include "base/util.h"
#include "store/schema.h"

#define RUN_REF "run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE"

#define TABLES \
	"CREATE TABLE run (" \
	" id INTEGER PRIMARY KEY," \
	" uuid TEXT NOT NULL UNIQUE," \
	" series TEXT NOT NULL," \
	" number INTEGER NOT NULL," \
	" name TEXT NOT NULL," \
	" boot_id TEXT NOT NULL," \
	" started_utc_ns INTEGER NOT NULL," \
	" started_ns INTEGER NOT NULL," \
	" ns INTEGER NOT NULL," \
	" status INTEGER NOT NULL," \
	" platform TEXT," \
	" kernel TEXT," \
	" module TEXT," \
	" version TEXT NOT NULL," \
	" cpus INTEGER NOT NULL," \
	" exits INTEGER, traps INTEGER, calls INTEGER," \
	" per TEXT," \
	" command TEXT," \
	" output BLOB," \
	" output_bytes INTEGER);" \
	"CREATE TABLE tag (" RUN_REF ", key TEXT NOT NULL, value TEXT NOT NULL," \
	" PRIMARY KEY (run, key)) WITHOUT ROWID;" \
	"CREATE TABLE setting (" RUN_REF ", key TEXT NOT NULL, value TEXT," \
	" PRIMARY KEY (run, key)) WITHOUT ROWID;" \
	"CREATE TABLE figure (" RUN_REF ", name TEXT NOT NULL, unit TEXT NOT NULL," \
	" better TEXT NOT NULL, value REAL NOT NULL, PRIMARY KEY (run, name)) WITHOUT ROWID;" \
	"CREATE TABLE event (" \
	" id INTEGER PRIMARY KEY," \
	" detail_row INTEGER NOT NULL," \
	" overflow INTEGER NOT NULL," \
	" kind TEXT NOT NULL, class TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL," \
	" op TEXT NOT NULL, detail TEXT NOT NULL, name TEXT NOT NULL, provenance TEXT NOT NULL," \
	" UNIQUE (detail_row, overflow, kind, class, code, reason, op, detail, name," \
	" provenance));" \
	"CREATE TABLE count (" RUN_REF ", event INTEGER NOT NULL REFERENCES event(id)," \
	" kernel INTEGER NOT NULL, user INTEGER NOT NULL," \
	" PRIMARY KEY (run, event)) WITHOUT ROWID;" \
	"CREATE TABLE measure (" RUN_REF ", source TEXT NOT NULL, item TEXT NOT NULL," \
	" name TEXT NOT NULL, value INTEGER NOT NULL," \
	" PRIMARY KEY (run, source, item, name)) WITHOUT ROWID;" \
	"CREATE TABLE bin (" RUN_REF ", source TEXT NOT NULL, class TEXT NOT NULL," \
	" code TEXT NOT NULL, unit TEXT NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL," \
	" count INTEGER NOT NULL, PRIMARY KEY (run, source, class, code, low)) WITHOUT ROWID;" \
	"CREATE TABLE note (" RUN_REF ", line INTEGER NOT NULL, text TEXT NOT NULL," \
	" PRIMARY KEY (run, line)) WITHOUT ROWID;"

/* What list and select ask first, without a look at each run. */
#define INDEXES \
	"CREATE INDEX run_by_name ON run (name, started_utc_ns);" \
	"CREATE INDEX run_by_series ON run (series, number);"

/* What exits are for, which the guest alone knows of its devices. */
#define PURPOSES "ALTER TABLE event ADD COLUMN purpose TEXT NOT NULL DEFAULT '';"

const char *const schema_steps[] = { TABLES, INDEXES, PURPOSES };
const size_t schema_version = ARRAY_SIZE(schema_steps);

#define VIEWS \
	"DROP VIEW IF EXISTS runs;" \
	"CREATE VIEW runs AS SELECT id, name, number," \
	" datetime(started_utc_ns / 1000000000, 'unixepoch') AS started_utc," \
	" ns / 1e9 AS seconds, status, platform, kernel, cpus," \
	" exits, traps, calls, exits * 1e9 / ns AS exits_per_second," \
	" (SELECT group_concat(key || '=' || value, ' ') FROM tag WHERE run = run.id) AS tags," \
	" uuid, boot_id FROM run;" \
	"DROP VIEW IF EXISTS reasons;" \
	"CREATE VIEW reasons AS SELECT r.name AS run_name, c.run, kind, class, code, reason," \
	" purpose," \
	" c.kernel + c.user AS count, c.kernel, c.user," \
	" (c.kernel + c.user) * 1e9 / r.ns AS per_second, provenance" \
	" FROM count c JOIN event e ON e.id = c.event JOIN run r ON r.id = c.run" \
	" WHERE NOT detail_row;" \
	"DROP VIEW IF EXISTS details;" \
	"CREATE VIEW details AS SELECT r.name AS run_name, c.run, kind, class, code, reason, op," \
	" detail, e.name, purpose, c.kernel + c.user AS count, c.kernel, c.user," \
	" (c.kernel + c.user) * 1e9 / r.ns AS per_second, provenance, overflow" \
	" FROM count c JOIN event e ON e.id = c.event JOIN run r ON r.id = c.run" \
	" WHERE detail_row;" \
	"DROP VIEW IF EXISTS figures;" \
	"CREATE VIEW figures AS SELECT r.name AS run_name, run, f.name, value, unit, better" \
	" FROM figure f JOIN run r ON r.id = f.run;"

const char schema_views[] = VIEWS;
