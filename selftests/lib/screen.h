/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A terminal for a program that wants one: a pseudo-terminal, and the screen
 * as a vt100 would show it.
 */
#ifndef CVMSTAT_TEST_SCREEN_H
#define CVMSTAT_TEST_SCREEN_H

#include <stdbool.h>
#include <sys/types.h>

#define SCREEN_ROWS	50
#define SCREEN_COLS	200

struct screen {
	int fd;
	pid_t pid;
	int rows, cols;
	int row, col;
	char line[SCREEN_ROWS][SCREEN_COLS + 1];
	char escape[32];	/* a sequence that has begun, without its ESC */
	bool in_escape;
};

/** screen_run() - start a program on a screen; 0 or -errno */
int screen_run(struct screen *s, int rows, int cols, const char *const *argv);

/** screen_keys() - press keys */
void screen_keys(struct screen *s, const char *keys);

/** screen_resize() - tell the program that the terminal has another size */
void screen_resize(struct screen *s, int rows, int cols);

/** screen_has() - is the text on the screen? */
bool screen_has(const struct screen *s, const char *text);

/**
 * screen_wait() - read until the screen has a text, and lacks another
 * @absent: this other one, or NULL
 *
 * Return: false if it does not come within half a minute.
 */
bool screen_wait(struct screen *s, const char *text, const char *absent);

/**
 * screen_wait_for() - read until a test of the screen is true
 *
 * A screen that is being drawn is half of the last and half of the next.
 *
 * Return: false if it does not come within half a minute.
 */
bool screen_wait_for(struct screen *s, bool (*test)(const struct screen *s));

/** screen_end() - wait for the program's end; its exit status or -errno */
int screen_end(struct screen *s);

#endif /* CVMSTAT_TEST_SCREEN_H */
