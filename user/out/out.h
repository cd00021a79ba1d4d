/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One way out for every command: text for people, JSON for programs, CSV for
 * spreadsheets. A command says everything once; each call does what its
 * format has room for.
 */
#ifndef CVMSTAT_OUT_H
#define CVMSTAT_OUT_H

#include "base/util.h"
#include "out/json.h"

enum format { OUT_TEXT, OUT_JSON, OUT_CSV };

struct out {
	enum format format;
	bool no_color;
	const char *path;
	FILE *f;
	struct json json;
	bool csv_titled;
};

/* How a column shows a number in text. */
enum show { SHOW_PLAIN, SHOW_GROUPED, SHOW_RATE, SHOW_PERCENT, SHOW_REAL };

/* Formats that a column, or a sheet, is in. */
#define IN_TEXT BIT(OUT_TEXT)
#define IN_JSON BIT(OUT_JSON)
#define IN_CSV BIT(OUT_CSV)
#define IN_DATA (IN_JSON | IN_CSV)
#define IN_ALL (IN_TEXT | IN_DATA)
/* How a column stands in text. */
#define COL_RIGHT BIT(3)
/* One column may have a long text, which is made to fit the terminal: */
#define COL_TRUNC BIT(4)	/* cut */
#define COL_ITEMS BIT(5)	/* cut after a whole item of a list */
#define COL_WRAP BIT(6)		/* in lines */
#define COL_SPARE BIT(7)	/* left out of a narrow terminal */
#define COL_NUMBER (IN_ALL | COL_RIGHT)

struct column {
	const char *key;	/* in JSON and CSV */
	const char *title;	/* in text */
	unsigned int flags;
	enum show show;
};

struct cell {
	enum { CELL_NONE, CELL_U64, CELL_REAL, CELL_STRING, CELL_BOOL } type;
	union {
		u64 num;
		double real;
		char *string;
	};
};

DEFINE_VEC(cell)

/* Rows of cells; a command adds cells one after the other, row by row. */
struct sheet {
	const char *name;
	const struct column *cols;
	size_t ncols;
	struct cell_vec cells;
};

#define SHEET(sheet_name, columns) \
	{ .name = (sheet_name), .cols = (columns), .ncols = ARRAY_SIZE(columns) }

void put_u64(struct sheet *s, u64 val);
void put_real(struct sheet *s, double val);
void put_string(struct sheet *s, const char *val);
void put_hex(struct sheet *s, u64 val);
void put_bool(struct sheet *s, bool val);
void put_none(struct sheet *s);
void sheet_free(struct sheet *s);
void sheet_sort(struct sheet *s, int col, bool reverse);
int sheet_column(const struct sheet *s, int col, int step);

void out_open(struct out *o, FILE *fallback);
void out_begin(struct out *o, const char *command);
void out_end(struct out *o);
void out_close(struct out *o);

void out_line(struct out *o, const char *fmt, ...) __printf(2, 3);
void out_paragraph(struct out *o, const char *text, int indent);
void out_labelled(struct out *o, const char *label, const char *fmt, ...) __printf(3, 4);
void out_sheet(struct out *o, const struct sheet *s, unsigned int formats);
void out_string(struct out *o, const char *key, const char *val);
void out_u64(struct out *o, const char *key, u64 val);
void out_hex(struct out *o, const char *key, u64 val);
void out_real(struct out *o, const char *key, double val);
void out_null(struct out *o, const char *key);

int out_width(const struct out *o);

const char *grouped(u64 val, char *buf, size_t size);
const char *bytes_text(u64 val, char *buf, size_t size);
const char *time_text(double ns, char *buf, size_t size);
const char *count_text(double val, char *buf, size_t size);
void cell_text(const struct cell *c, enum show how, char *buf, size_t size);
void text_table(FILE *f, const struct sheet *s, int width, bool color);

#endif
