/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's harness, for the one source file that is a test. */
#ifndef CVMSTAT_TEST_TEST_H
#define CVMSTAT_TEST_TEST_H

#include "kselftest_harness.h"

/* Seconds of a part that has no limit of its own: the file settings has one for the whole. */
#define NO_LIMIT	100000

/**
 * TEST_LONG() - a test of a fixture that takes as long as it takes
 */
#define TEST_LONG(fixture, name)	TEST_F_TIMEOUT(fixture, name, NO_LIMIT)

/**
 * harness() - run the tests, behind a test's own options
 * @argc: of main()
 * @argv: of main(); own options are before optind
 *
 * Return: status for main().
 */
static inline int harness(int argc, char **argv)
{
	int taken = optind - 1;

	/* A test ends without flushing. */
	setlinebuf(stdout);
	optind = 1;
	return test_harness_run(argc - taken, argv + taken);
}

#endif /* CVMSTAT_TEST_TEST_H */
