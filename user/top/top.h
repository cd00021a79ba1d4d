/* SPDX-License-Identifier: GPL-2.0 */
/* What cvmstat top knows: commands/top.c samples it, draw.c shows it, keys.c changes it. */
#ifndef CVMSTAT_TOP_H
#define CVMSTAT_TOP_H

#include "top/views.h"
#include "wire/family.h"

#define MIN_DELAY_MS 100
#define MAX_DELAY_MS 60000
/* Lines above the table. */
#define HEAD_LINES 3

/* What a line that is being typed will be. */
enum typing { TYPING_NOTHING, TYPING_FILTER, TYPING_DELAY };

/**
 * struct order - the order of a view's rows
 * @sorted: by column @col; else as the view itself has them
 * @col: in the sheet
 * @step: to another column, as soon as there is a sheet
 * @reverse: the other way round
 */
struct order {
	bool sorted;
	int col;
	int step;
	bool reverse;
};

/**
 * struct top - all of it
 * @by: title of the column that the rows are sorted by, NULL for none
 * @filter: lines without this text are not shown
 * @scroll: lines of the table above the first that is shown
 * @input: what was typed so far
 * @before: the last sample; without time if there is none
 * @d: what happened before it; without time until there are two
 * @connected: the module was there at the last sample
 * @problem: if it was not
 * @has_pmu: the module's PMU, which tells tasks apart, is there
 * @crowd: of a view by tasks, all of them
 * @tracking: what processes map is recorded
 */
struct top {
	struct family family;
	size_t view;
	struct order orders[VIEW_COUNT];
	const char *by;
	int delay_ms;
	char filter[64];
	int scroll;
	enum typing typing;
	char input[64];
	struct snapshot before;
	struct snapshot d;
	bool connected;
	bool has_pmu;
	struct crowd crowd;
	bool tracking;
	char problem[320];
	bool quit;
};

void top_draw(struct top *t);

extern const char top_keys_help[];
bool top_delay(struct top *t, const char *seconds);
void top_key(struct top *t, int key);

#endif
