// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest/ring.h"

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/**
 * ring_map - give an event a ring
 * @r: filled
 * @fd: the event, closed if there is no room for the ring
 * @pages: a power of two, beside the control page
 */
bool ring_map(struct ring *r, int fd, size_t pages)
{
	size_t size = pages * page_size();
	void *page;

	page = mmap(NULL, page_size() + size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED) {
		close(fd);
		return false;
	}
	*r = (struct ring){ fd, page, (char *)page + page_size(), size };
	return true;
}

/**
 * ring_read - take what has come since the last time
 * @r: the ring
 * @fn: called with whole records
 * @arg: for it
 */
void ring_read(struct ring *r, void (*fn)(const void *data, size_t size, void *arg), void *arg)
{
	u64 head = __atomic_load_n(&r->page->data_head, __ATOMIC_ACQUIRE);
	u64 tail = r->page->data_tail;
	size_t size = (size_t)(head - tail), first = r->size - tail % r->size;
	char *copy;

	if (!size || size > r->size)
		return;
	copy = xcalloc(1, size);
	/* They may go on at the start of the ring. */
	if (first > size)
		first = size;
	memcpy(copy, r->data + tail % r->size, first);
	memcpy(copy + first, r->data, size - first);
	__atomic_store_n(&r->page->data_tail, head, __ATOMIC_RELEASE);
	fn(copy, size, arg);
	free(copy);
}

void ring_close(struct ring *r)
{
	if (!r->page)
		return;
	munmap(r->page, page_size() + r->size);
	close(r->fd);
	*r = (struct ring){ 0 };
}

/**
 * ring_records - one record after the other
 * @data: as the kernel wrote them
 * @size: bytes of it; what is cut short is left out
 * @fn: called with each record's header, and with the record, which need not be aligned
 * @arg: for it
 */
void ring_records(const void *data, size_t size,
		  void (*fn)(const struct perf_event_header *header, const char *record,
			     void *arg), void *arg)
{
	const char *at = data, *end = at + size;
	struct perf_event_header header;

	for (; (size_t)(end - at) >= sizeof(header); at += header.size) {
		memcpy(&header, at, sizeof(header));
		if (header.size < sizeof(header) || header.size > (size_t)(end - at))
			return;
		fn(&header, at, arg);
	}
}
