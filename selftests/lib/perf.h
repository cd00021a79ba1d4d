/* SPDX-License-Identifier: GPL-2.0 */
/* The events of the PMU cvmstat, opened as perf opens them. */
#ifndef CVMSTAT_TEST_PERF_H
#define CVMSTAT_TEST_PERF_H

#include <linux/perf_event.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PERF_PMU	"/sys/bus/event_source/devices/cvmstat/"

/**
 * perf_named() - the attributes of an event that has a name
 * @name: as in sysfs
 * @attr: all set
 *
 * Return: 0 or -errno.
 */
int perf_named(const char *name, struct perf_event_attr *attr);

/**
 * perf_unit() - what sysfs says of its unit
 * @name: the event
 * @unit: 32 bytes
 *
 * Return: 0 or -errno.
 */
int perf_unit(const char *name, char *unit);

/** perf_scale() - what sysfs says its figure has to be multiplied by */
double perf_scale(const char *name);

/**
 * perf_each() - call a function with the name of each event in sysfs
 *
 * Return: how many there are, or -errno.
 */
int perf_each(void (*fn)(const char *name, void *arg), void *arg);

/** perf_open() - perf_event_open() without a group; a file descriptor or -errno */
int perf_open(const struct perf_event_attr *attr, pid_t pid, int cpu, unsigned long flags);

/** perf_value() - what an event has counted so far */
__u64 perf_value(int fd);

/**
 * perf_sum() - what the events of some CPUs have counted
 * @fd: by CPU
 * @n: how many
 */
__u64 perf_sum(const int *fd, size_t n);

#endif /* CVMSTAT_TEST_PERF_H */
