// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ring.h"

#define EVENTS		"/sys/kernel/tracing/events/cvmstat/"
#define PAGE		4096UL
#define DATA_PAGES	256UL
#define DATA_SIZE	(DATA_PAGES * PAGE)

static const char *const names_of_fields[RING_FIELDS] = {
	"code", "detail", "ip", "class", "op", "user", "provenance", "ns",
};

enum { CODE, DETAIL, IP, CLASS, OP, USER, PROVENANCE, NS };

static void note_field(struct ring_field *field, const char *name, size_t offset, size_t size)
{
	size_t i;

	for (i = 0; i < RING_FIELDS; i++)
		if (!strcmp(names_of_fields[i], name))
			field[i] = (struct ring_field){ offset, size };
}

/* "	field:u64 code;	offset:8;	size:8;	signed:0;" */
static int read_format(const char *event, struct ring_field *field)
{
	char path[128], line[256], name[64];
	size_t offset, size;
	FILE *file;

	snprintf(path, sizeof(path), EVENTS "%s/format", event);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file)) {
		const char *end = strchr(line, ';'), *start = end;

		while (start && start > line && start[-1] != ' ')
			start--;
		if (end && sscanf(end, "; offset:%zu; size:%zu", &offset, &size) == 2 &&
		    sscanf(start, "%63[^;]", name) == 1)
			note_field(field, name, offset, size);
	}
	fclose(file);
	return field[CODE].size ? 0 : -EPROTO;
}

static int read_id(const char *event)
{
	char path[128];
	FILE *file;
	int id = -1;

	snprintf(path, sizeof(path), EVENTS "%s/id", event);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	if (fscanf(file, "%d", &id) != 1)
		id = -EPROTO;
	fclose(file);
	return id;
}

static int open_one(struct ring *ring, const char *name, pid_t pid, int cpu, int leader)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_IP | PERF_SAMPLE_TID |
			       PERF_SAMPLE_CALLCHAIN | PERF_SAMPLE_RAW,
		.wakeup_events = 1,
		.disabled = leader < 0,
		.sample_max_stack = RING_CHAIN - 8,
	};
	int fd, ret = read_format(name, ring->field[ring->n]);

	ret = ret ?: read_id(name);
	if (ret < 0)
		return ret;
	attr.config = ret;
	fd = syscall(SYS_perf_event_open, &attr, pid, cpu, leader, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return -errno;
	ring->fd[ring->n] = fd;
	if (ioctl(fd, PERF_EVENT_IOC_ID, &ring->id[ring->n]))
		return -errno;
	ring->n++;
	if (fd != ring->fd[0])
		return ioctl(fd, PERF_EVENT_IOC_SET_OUTPUT, ring->fd[0]) ? -errno : 0;
	ring->map = mmap(NULL, PAGE + DATA_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return ring->map == MAP_FAILED ? -errno : 0;
}

int ring_open(struct ring *ring, const char *const *names, pid_t pid, int cpu, int leader)
{
	int ret = 0;

	memset(ring, 0, sizeof(*ring));
	while (!ret && *names)
		ret = open_one(ring, *names++, pid, cpu, leader);
	return ret;
}

void ring_close(struct ring *ring)
{
	if (ring->map)
		munmap(ring->map, PAGE + DATA_SIZE);
	while (ring->n)
		close(ring->fd[--ring->n]);
	ring->map = NULL;
}

int ring_enable(const struct ring *ring, bool on)
{
	size_t i;

	for (i = 0; i < ring->n; i++)
		if (ioctl(ring->fd[i], on ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE, 0))
			return -errno;
	return 0;
}

static __u64 take(const char **at, size_t size)
{
	__u64 value = 0;

	memcpy(&value, *at, size);
	*at += size;
	return value;
}

static __u64 value_of(const struct ring_field *field, const char *raw)
{
	raw += field->offset;
	return take(&raw, field->size);
}

static void take_chain(const char **at, struct sample *sample)
{
	size_t i, n = take(at, 8);

	for (i = 0; i < n; i++) {
		__u64 ip = take(at, 8);

		if (i < RING_CHAIN)
			sample->chain[sample->depth++] = ip;
	}
}

/* In the order of perf_event_open(2). */
static struct sample parse(const struct ring *ring, const char *at)
{
	struct sample sample = { 0 };
	const struct ring_field *field;
	__u64 id = take(&at, 8);

	while (sample.event < ring->n && ring->id[sample.event] != id)
		sample.event++;
	take(&at, 8);
	sample.pid = take(&at, 4);
	take(&at, 4);
	take_chain(&at, &sample);
	take(&at, 4);
	if (sample.event == ring->n)
		return sample;
	field = ring->field[sample.event];
	sample.code = value_of(&field[CODE], at);
	sample.ns = value_of(&field[NS], at);
	sample.detail = value_of(&field[DETAIL], at);
	sample.ip = value_of(&field[IP], at);
	sample.class = value_of(&field[CLASS], at);
	sample.op = value_of(&field[OP], at);
	sample.user = value_of(&field[USER], at);
	sample.provenance = value_of(&field[PROVENANCE], at);
	return sample;
}

/* A record, which may go over the end of the memory. */
static void copy_out(const struct ring *ring, __u64 at, char *to, size_t size)
{
	const char *data = (const char *)ring->map + PAGE;
	size_t i;

	for (i = 0; i < size; i++)
		to[i] = data[(at + i) % DATA_SIZE];
}

size_t ring_read(struct ring *ring, void (*fn)(const struct sample *sample, void *arg), void *arg)
{
	struct perf_event_mmap_page *page = ring->map;
	__u64 head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
	__u64 tail = page->data_tail;
	char record[65536];
	size_t n = 0;

	while (tail < head) {
		struct perf_event_header header;
		struct sample sample;

		copy_out(ring, tail, (char *)&header, sizeof(header));
		copy_out(ring, tail, record, header.size);
		tail += header.size;
		if (header.type == PERF_RECORD_LOST) {
			__u64 lost;

			memcpy(&lost, record + sizeof(header) + 8, sizeof(lost));
			ring->lost += lost;
		}
		if (header.type != PERF_RECORD_SAMPLE)
			continue;
		sample = parse(ring, record + sizeof(header));
		fn(&sample, arg);
		n++;
	}
	__atomic_store_n(&page->data_tail, tail, __ATOMIC_RELEASE);
	return n;
}

void ring_wait(const struct ring *ring, size_t n, int ms)
{
	struct pollfd polled[64];
	size_t i;

	for (i = 0; i < n && i < 64; i++)
		polled[i] = (struct pollfd){ .fd = ring[i].fd[0], .events = POLLIN };
	poll(polled, i, ms);
}
