/* SPDX-License-Identifier: GPL-2.0 */
/* What processes mapped: recorded while they run, for when they are gone. */
#ifndef CVMSTAT_MAPS_H
#define CVMSTAT_MAPS_H

#include <sys/types.h>

#include "base/util.h"

/**
 * struct image - executable memory of a process
 * @tgid: the process
 * @start: first address
 * @end: behind the last
 * @offset: in the file
 * @file: its path, or what the kernel calls memory without a file
 */
struct image {
	u32 tgid;
	u64 start, end;
	u64 offset;
	char *file;
};

void maps_start(pid_t pid);
void maps_collect(void);
void maps_stop(void);
void maps_read_all(void);
void maps_forget(void);
void maps_feed(const void *data, size_t size);
void maps_apply(void);
const char *maps_problem(char *buf, size_t size);

const struct image *maps_find(u32 tgid, u64 addr);
const char *maps_command(u32 tgid);

#endif
