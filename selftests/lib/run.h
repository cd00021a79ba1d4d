/* SPDX-License-Identifier: GPL-2.0 */
/* Other programs. */
#ifndef CVMSTAT_TEST_RUN_H
#define CVMSTAT_TEST_RUN_H

#define ALL_CAPS	(-2)

/**
 * run() - run a program to its end
 * @argv: its words, up to a NULL
 * @output: file for all that it prints; NULL: with ours
 * @cap: as nobody, with this capability alone (-1: none); ALL_CAPS: as we are
 *
 * Return: its exit status, 127 if there is no such program, -1 for another end.
 */
int run(const char *const *argv, const char *output, int cap);

#endif /* CVMSTAT_TEST_RUN_H */
