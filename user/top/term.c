// SPDX-License-Identifier: GPL-2.0
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <ncurses.h>
#include <term.h>

#include "top/term.h"

static struct screen *screen;
static bool attributes;

/**
 * term_open - take over the terminal
 * @color: whether to use attributes
 */
void term_open(bool color)
{
	const char *name = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		die(ST_FAIL, "top needs a terminal; for a file use cvmstat stat -I");
	setlocale(LC_CTYPE, "");
	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		die(ST_FAIL, "terminal type '%s' is unknown; TERM=vt100 may do", name ? name : "");
	if (!tigetstr("cup")) {
		term_close();
		die(ST_FAIL, "a terminal of type '%s' cannot be drawn on; TERM=vt100 may do", name);
	}
	attributes = color;
	before_die = term_close;
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	set_escdelay(50);
	curs_set(0);
}

void term_close(void)
{
	if (!screen)
		return;
	endwin();
	delscreen(screen);
	screen = NULL;
	before_die = NULL;
}

void term_size(int *rows, int *cols)
{
	getmaxyx(stdscr, *rows, *cols);
}

void term_start(void)
{
	erase();
}

/* One line, cut at the right edge. */
void term_line(int row, enum look look, const char *text)
{
	static const chtype looks[] = { A_NORMAL, A_BOLD, A_REVERSE };
	int rows, cols;

	term_size(&rows, &cols);
	if (row < 0 || row >= rows)
		return;
	if (attributes)
		attrset((int)looks[look]);
	mvaddnstr(row, 0, text, cols);
	if (look == LOOK_REVERSE)
		hline(' ', cols);
	attrset(A_NORMAL);
}

void term_show(void)
{
	refresh();
}

/**
 * term_key - wait for a key
 * @timeout_ms: for how long
 *
 * Return: a character or one of enum key.
 */
int term_key(int timeout_ms)
{
	static const struct {
		int from;
		int to;
	} keys[] = {
		{ ERR, KEY_NOTHING }, { KEY_RESIZE, KEY_SIZE }, { KEY_UP, KEY_GO_UP },
		{ KEY_DOWN, KEY_GO_DOWN }, { KEY_LEFT, KEY_GO_LEFT },
		{ KEY_RIGHT, KEY_GO_RIGHT }, { KEY_PPAGE, KEY_PAGE_UP },
		{ KEY_NPAGE, KEY_PAGE_DOWN }, { '\n', KEY_RETURN }, { '\r', KEY_RETURN },
		{ KEY_ENTER, KEY_RETURN }, { 27, KEY_ESCAPE }, { KEY_BACKSPACE, KEY_ERASE },
		{ 127, KEY_ERASE }, { '\b', KEY_ERASE },
	};
	struct pollfd terminal = { .fd = STDIN_FILENO };
	size_t i;
	int key;

	timeout(timeout_ms);
	key = getch();
	/* Without a terminal there is no time to wait for. */
	if (key == ERR && poll(&terminal, 1, 0) > 0 && terminal.revents & POLLHUP)
		die(ST_FAIL, "the terminal is gone");
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].from == key)
			return keys[i].to;
	return key;
}
