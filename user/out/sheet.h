/* SPDX-License-Identifier: GPL-2.0 */
/* Rows of cells, before any format is chosen. */
#ifndef CVMSTAT_SHEET_H
#define CVMSTAT_SHEET_H

#include "base/util.h"

enum format { OUT_TEXT, OUT_JSON, OUT_CSV };

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
#define COL_LAST BIT(8)		/* the same, as the last thing */
#define COL_NUMBER (IN_ALL | COL_RIGHT)

struct column {
	const char *key;	/* in JSON and CSV */
	const char *title;	/* in text */
	unsigned int flags;
	enum show show;
};

struct cell {
	enum { CELL_NONE, CELL_U64, CELL_REAL, CELL_STRING, CELL_BOOL, CELL_LIST } type;
	union {
		u64 num;
		double real;
		char *string;
		struct u64_vec list;
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
void put_list(struct sheet *s, const struct u64_vec *list, size_t n);
void put_mean(struct sheet *s, u64 sum, u32 runs);
void put_none(struct sheet *s);
void put_nones(struct sheet *s, size_t to);
void sheet_free(struct sheet *s);
void cell_text(const struct cell *c, enum show how, char *buf, size_t size);
const char *mean_text(u64 sum, u32 runs, char *buf, size_t size);

#endif
