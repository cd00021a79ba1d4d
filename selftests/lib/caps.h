/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_TEST_CAPS_H
#define CVMSTAT_TEST_CAPS_H

/**
 * keep_only() - become nobody, with one capability
 * @cap: CAP_*, inherited by programs; -1 for none
 *
 * Return: 0 or -errno.
 */
int keep_only(int cap);

/**
 * give_capability() - setcap(8): whoever runs a program has a capability
 * @path: the program
 * @cap: CAP_*
 *
 * Return: 0 or -errno; -EOPNOTSUPP if its file system has no place for that.
 */
int give_capability(const char *path, int cap);

#endif /* CVMSTAT_TEST_CAPS_H */
