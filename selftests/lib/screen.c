// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "screen.h"

#define WAIT_SECONDS	30

static void blank(struct screen *s, int row, int from, int to)
{
	memset(s->line[row] + from, ' ', to - from);
}

static void blank_rows(struct screen *s, int from, int to)
{
	for (; from < to; from++)
		blank(s, from, 0, SCREEN_COLS);
}

static int bounded(int val, int below)
{
	return val < 0 ? 0 : val >= below ? below - 1 : val;
}

static void go(struct screen *s, int row, int col)
{
	s->row = bounded(row, s->rows);
	s->col = bounded(col, s->cols);
}

static void new_line(struct screen *s)
{
	if (s->row < s->rows - 1) {
		s->row++;
		return;
	}
	memmove(s->line[0], s->line[1], (s->rows - 1) * sizeof(s->line[0]));
	blank(s, s->rows - 1, 0, SCREEN_COLS);
}

static void erase_line(struct screen *s, int how)
{
	blank(s, s->row, how ? 0 : s->col, how == 1 ? s->col + 1 : SCREEN_COLS);
}

static void erase_screen(struct screen *s, int how)
{
	if (how == 2) {
		blank_rows(s, 0, s->rows);
		return;
	}
	erase_line(s, how);
	if (how == 1)
		blank_rows(s, 0, s->row);
	else
		blank_rows(s, s->row + 1, s->rows);
}

/* What begins with ESC [, its last letter and up to two numbers. */
static void control(struct screen *s, char letter, int a, int b)
{
	int n = a ? a : 1;

	switch (letter) {
	case 'H':
		go(s, n - 1, (b ? b : 1) - 1);
		break;
	case 'A':
		go(s, s->row - n, s->col);
		break;
	case 'B':
		go(s, s->row + n, s->col);
		break;
	case 'C':
		go(s, s->row, s->col + n);
		break;
	case 'D':
		go(s, s->row, s->col - n);
		break;
	case 'J':
		erase_screen(s, a);
		break;
	case 'K':
		erase_line(s, a);
		break;
	}
	/* Looks, modes and a scroll region of all rows do not show. */
}

/* Takes one character more; true when the sequence is complete. */
static bool escape_ends(struct screen *s, char c)
{
	size_t len = strlen(s->escape);

	if (len + 1 >= sizeof(s->escape))
		return true;
	s->escape[len] = c;
	if (s->escape[0] == '[')
		return len && c >= '@' && c <= '~';
	if (strchr("()", s->escape[0]))
		return len == 1;
	return true;
}

static void put_escape(struct screen *s, char c)
{
	int a = 0, b = 0;

	if (!escape_ends(s, c))
		return;
	if (s->escape[0] == '[' && s->escape[1] != '?') {
		if (sscanf(s->escape + 1, "%d;%d", &a, &b) < 1)
			a = 0;
		control(s, c, a, b);
	} else if (s->escape[0] == 'D') {
		new_line(s);
	} else if (s->escape[0] == 'M') {
		go(s, s->row - 1, s->col);
	}
	s->in_escape = false;
}

static void put(struct screen *s, char c)
{
	if (s->in_escape) {
		put_escape(s, c);
		return;
	}
	switch (c) {
	case '\033':
		s->in_escape = true;
		memset(s->escape, 0, sizeof(s->escape));
		return;
	case '\r':
		s->col = 0;
		return;
	case '\n':
		new_line(s);
		return;
	case '\b':
		go(s, s->row, s->col - 1);
		return;
	case '\t':
		go(s, s->row, (s->col / 8 + 1) * 8);
		return;
	}
	if (c < ' ' && c >= 0)
		return;
	s->line[s->row][s->col] = c;
	/* The last column keeps the cursor, as a vt100's does. */
	go(s, s->row, s->col + 1);
}

static void set_size(struct screen *s, int rows, int cols)
{
	struct winsize size = { .ws_row = rows, .ws_col = cols };

	s->rows = bounded(rows, SCREEN_ROWS + 1);
	s->cols = bounded(cols, SCREEN_COLS + 1);
	ioctl(s->fd, TIOCSWINSZ, &size);
}

int screen_run(struct screen *s, int rows, int cols, const char *const *argv)
{
	struct winsize size = { .ws_row = rows, .ws_col = cols };

	memset(s, 0, sizeof(*s));
	blank_rows(s, 0, SCREEN_ROWS);
	fflush(NULL);
	s->pid = forkpty(&s->fd, NULL, NULL, &size);
	if (s->pid < 0)
		return -errno;
	if (!s->pid) {
		setenv("TERM", "vt100", 1);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	set_size(s, rows, cols);
	return 0;
}

void screen_keys(struct screen *s, const char *keys)
{
	if (write(s->fd, keys, strlen(keys)) < 0)
		perror("screen_keys");
}

void screen_resize(struct screen *s, int rows, int cols)
{
	blank_rows(s, 0, SCREEN_ROWS);
	set_size(s, rows, cols);
}

bool screen_has(const struct screen *s, const char *text)
{
	int i;

	for (i = 0; i < s->rows; i++)
		if (strstr(s->line[i], text))
			return true;
	return false;
}

/* Returns false at the end of the program. */
static bool read_some(struct screen *s, int timeout_ms)
{
	struct pollfd poll_fd = { .fd = s->fd, .events = POLLIN };
	char buf[4096];
	ssize_t got, i;

	if (poll(&poll_fd, 1, timeout_ms) <= 0)
		return true;
	got = read(s->fd, buf, sizeof(buf));
	for (i = 0; i < got; i++)
		put(s, buf[i]);
	return got > 0;
}

bool screen_wait(struct screen *s, const char *text, const char *absent)
{
	time_t end = time(NULL) + WAIT_SECONDS;

	while (!screen_has(s, text) || (absent && screen_has(s, absent)))
		if (time(NULL) > end || !read_some(s, 100))
			return false;
	return true;
}

bool screen_wait_for(struct screen *s, bool (*test)(const struct screen *s))
{
	time_t end = time(NULL) + WAIT_SECONDS;

	while (!test(s))
		if (time(NULL) > end || !read_some(s, 100))
			return false;
	return true;
}

int screen_end(struct screen *s)
{
	time_t end = time(NULL) + WAIT_SECONDS;
	int status;

	while (time(NULL) <= end && read_some(s, 100))
		;
	close(s->fd);
	if (waitpid(s->pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}
