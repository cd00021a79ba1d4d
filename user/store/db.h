/* SPDX-License-Identifier: GPL-2.0 */
/* SQLite, in the words that the files of this folder use. */
#ifndef CVMSTAT_DB_H
#define CVMSTAT_DB_H

#include <sqlite3.h>

#include "store/store.h"

/**
 * struct store - an open database
 * @sqlite: the connection
 * @path: of the file
 * @intern: statements of save.c that live as long as it
 */
struct store {
	struct sqlite3 *sqlite;
	char *path;
	struct sqlite3_stmt *intern[2];
};

void db_fail(const struct store *s, const char *what) __noreturn;
void db_run(struct store *s, const char *sql);
sqlite3_stmt *db_prepare(struct store *s, const char *sql);
bool db_step(struct store *s, sqlite3_stmt *stmt);
void db_do(struct store *s, sqlite3_stmt *stmt);

void db_bind_text(sqlite3_stmt *stmt, int at, const char *text);
void db_bind_u64(sqlite3_stmt *stmt, int at, u64 val);
const char *db_text(sqlite3_stmt *stmt, int col);
u64 db_u64(sqlite3_stmt *stmt, int col);

#endif
