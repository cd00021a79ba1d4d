/* SPDX-License-Identifier: GPL-2.0 */
/* The screen of cvmstat top, on ncurses. */
#ifndef CVMSTAT_TERM_H
#define CVMSTAT_TERM_H

#include "base/util.h"

enum key {
	KEY_NOTHING = 1000,	/* time is up */
	KEY_SIZE,		/* the terminal was resized */
	KEY_GO_UP,
	KEY_GO_DOWN,
	KEY_GO_LEFT,
	KEY_GO_RIGHT,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_RETURN,
	KEY_ESCAPE,
	KEY_ERASE,
};

enum look { LOOK_PLAIN, LOOK_BOLD, LOOK_REVERSE };

void term_open(bool color);
void term_close(void);
void term_size(int *rows, int *cols);
void term_start(void);
void term_line(int row, enum look look, const char *text);
void term_show(void);
int term_key(int timeout_ms);

#endif
