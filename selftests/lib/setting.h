/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_TEST_SETTING_H
#define CVMSTAT_TEST_SETTING_H

/**
 * setting_write() - write a file of proc, sysfs or debugfs
 * @path: the file
 * @value: as text
 *
 * Return: 0 or -errno.
 */
int setting_write(const char *path, const char *value);

/**
 * setting_read() - the first line of such a file
 * @path: the file
 * @line: filled, without its end
 * @size: of it
 *
 * Return: 0 or -errno; -ENODATA if it is empty.
 */
int setting_read(const char *path, char *line, int size);

#endif /* CVMSTAT_TEST_SETTING_H */
