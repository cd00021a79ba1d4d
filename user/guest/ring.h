/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel writes of a perf event: records in a ring. */
#ifndef CVMSTAT_RING_H
#define CVMSTAT_RING_H

#include <linux/perf_event.h>

#include "base/util.h"

/**
 * struct ring - of one CPU
 * @fd: the event
 * @page: where the kernel is; NULL if there is no ring, as of a CPU that is offline
 * @data: the records, @size bytes of them
 */
struct ring {
	int fd;
	struct perf_event_mmap_page *page;
	char *data;
	size_t size;
};

DEFINE_VEC(ring)

bool ring_map(struct ring *r, int fd, size_t pages);
void ring_read(struct ring *r, void (*fn)(const void *data, size_t size, void *arg), void *arg);
void ring_close(struct ring *r);
void ring_records(const void *data, size_t size,
		  void (*fn)(const struct perf_event_header *header, const char *record,
			     void *arg), void *arg);

#endif
