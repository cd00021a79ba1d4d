/* SPDX-License-Identifier: GPL-2.0 */
/* The module's tracepoints as perf record reads them: samples out of a ring. */
#ifndef CVMSTAT_TEST_RING_H
#define CVMSTAT_TEST_RING_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define RING_CHAIN	64

/**
 * struct sample - one event
 * @event: index of its tracepoint, as it was opened
 * @pid: whose it is
 * @class: enum cvmstat_class
 * @op: enum cvmstat_op
 * @user: it trapped in user mode
 * @provenance: enum cvmstat_provenance
 * @code: reason
 * @detail: of it
 * @ns: what its handler took
 * @ip: where it trapped
 * @depth: length of @chain
 * @chain: call chain, with perf's marks of context
 */
struct sample {
	unsigned int event;
	pid_t pid;
	__u8 class;
	__u8 op;
	__u8 user;
	__u8 provenance;
	__u64 code;
	__u64 detail;
	__u64 ns;
	__u64 ip;
	size_t depth;
	__u64 chain[RING_CHAIN];
};

#define RING_EVENTS	4
#define RING_FIELDS	8

/**
 * struct ring_field - where a field of a tracepoint is; one that it has not has no size
 */
struct ring_field {
	size_t offset;
	size_t size;
};

/**
 * struct ring - where the samples of some events go
 * @fd: the events; the first one has the memory
 * @id: of each, as samples have it
 * @field: of each
 * @n: how many
 * @map: the memory
 * @lost: samples that found it full
 */
struct ring {
	int fd[RING_EVENTS];
	__u64 id[RING_EVENTS];
	struct ring_field field[RING_EVENTS][RING_FIELDS];
	size_t n;
	void *map;
	__u64 lost;
};

/**
 * ring_open() - open tracepoints of cvmstat, disabled, with a wake-up for each event
 * @names: up to a NULL
 * @leader: a group's, or -1
 *
 * Return: 0 or -errno.
 */
int ring_open(struct ring *ring, const char *const *names, pid_t pid, int cpu, int leader);
void ring_close(struct ring *ring);

/** ring_enable() - let them count, or stop; 0 or -errno */
int ring_enable(const struct ring *ring, bool on);

/** ring_read() - call @fn with what has come; how much */
size_t ring_read(struct ring *ring, void (*fn)(const struct sample *sample, void *arg), void *arg);

/** ring_wait() - until there is something, or some time has gone */
void ring_wait(const struct ring *ring, size_t n, int ms);

#endif /* CVMSTAT_TEST_RING_H */
