// SPDX-License-Identifier: GPL-2.0
/*
 * perf writes to one ring for each CPU: what follows a task to other CPUs has to be
 * an event for each task and CPU. A sample (linux/perf_event.h) is process and
 * thread, call chain, and the fields of the tracepoint.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "flame/sampler.h"
#include "guest/whose.h"

/* Memory for all rings, and what each of them has at least and at most. */
#define ALL_PAGES 16384
#define LEAST_PAGES 32
#define MOST_PAGES 256

/* What the module leaves out, by why; of handler times it has one figure. */
static const char *const untraced[] = {
	"untraced-own", "untraced-full", "untraced-moved", "untraced-refused",
};

static const char *const untimed[] = { "untraced-done" };

static size_t pages_of(size_t cpus)
{
	size_t pages = MOST_PAGES;

	while (pages > LEAST_PAGES && pages * cpus > ALL_PAGES)
		pages /= 2;
	return pages;
}

static int event_open(const struct sampler *s, enum perf_scope scope, pid_t pid, int cpu)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_TRACEPOINT,
		.config = s->event.id,
		.sample_period = s->period,
		.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_CALLCHAIN | PERF_SAMPLE_RAW,
		.read_format = PERF_FORMAT_LOST,
		.disabled = 1,
		.inherit = scope != PERF_SYSTEM,
		.enable_on_exec = scope == PERF_CHILD,
		/* Nobody waits for it, and a wake-up may be an exit. */
		.watermark = 1,
		.wakeup_watermark = ~0U,
	};

	return (int)syscall(SYS_perf_event_open, &attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

static void refused(int error) __noreturn;
static void refused(int error)
{
	if (error == EACCES || error == EPERM)
		die(ST_PERM, "samples with call chains need CAP_PERFMON");
	if (error == EOPNOTSUPP)
		die(ST_FAIL, "times cannot be taken here: RDTSC traps in this guest");
	die(ST_FAIL, "perf_event_open: %s", strerror(error));
}

static void keep(struct sampler *s, int fd)
{
	s->fds = reallocarray(s->fds, s->nfds + 1, sizeof(*s->fds));
	if (!s->fds)
		die(ST_FAIL, "out of memory");
	s->fds[s->nfds++] = fd;
}

/* On one CPU, one task or all. */
static void open_one(struct sampler *s, enum perf_scope scope, pid_t pid, size_t cpu)
{
	struct ring *ring = &s->rings.v[cpu];
	int fd = event_open(s, scope, pid, (int)cpu);

	/* A CPU that is offline, a thread that has ended. */
	if (fd < 0 && (errno == ENODEV || errno == ESRCH))
		return;
	if (fd < 0)
		refused(errno);
	if (!ring->page) {
		if (!ring_map(ring, fd, pages_of(s->rings.n)))
			die(ST_FAIL, "no memory for samples: %s", strerror(errno));
		return;
	}
	if (ioctl(fd, PERF_EVENT_IOC_SET_OUTPUT, ring->fd))
		die(ST_FAIL, "PERF_EVENT_IOC_SET_OUTPUT: %s", strerror(errno));
	keep(s, fd);
}

static void open_task(struct sampler *s, enum perf_scope scope, pid_t pid)
{
	size_t cpu;

	for (cpu = 0; cpu < s->rings.n; cpu++)
		open_one(s, scope, pid, cpu);
}

/* Those that are there; what they start inherits. */
static void open_threads(struct sampler *s, pid_t pid)
{
	char *path = xasprintf("/proc/%d/task", pid);
	DIR *dir = opendir(path);
	struct dirent *entry;

	free(path);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			open_task(s, PERF_PROCESS, atoi(entry->d_name));
	if (dir)
		closedir(dir);
}

static void open_untraced(struct sampler *s, enum perf_scope scope, pid_t pid)
{
	const char *const *names = s->by_time ? untimed : untraced;
	size_t i, n = s->by_time ? ARRAY_SIZE(untimed) : ARRAY_SIZE(untraced);
	u32 type;

	if (!whose_type(&type))
		return;
	for (i = 0; i < n; i++)
		whose_add_source(&s->untraced, type, names[i], s->classes);
	perf_start(&s->untraced, scope, pid);
}

/**
 * sampler_open - open the events, all before anything is sampled
 * @s: with the tracepoint, its classes and its period
 * @scope: PERF_CHILD: @pid from its exec on, and what it starts; PERF_PROCESS: @pid
 *	and what it starts; PERF_SYSTEM: all
 * @pid: the process
 */
void sampler_open(struct sampler *s, enum perf_scope scope, pid_t pid)
{
	long cpu, n = sysconf(_SC_NPROCESSORS_CONF);
	struct rlimit limit;
	bool any = false;

	perf_raise_limit(&limit);
	for (cpu = 0; cpu < n; cpu++)
		ring_push(&s->rings);
	if (scope == PERF_PROCESS)
		open_threads(s, pid);
	else
		open_task(s, scope, scope == PERF_SYSTEM ? -1 : pid);
	for (cpu = 0; cpu < n; cpu++)
		any = any || s->rings.v[cpu].page;
	if (!any)
		die(ST_FAIL, "there is nothing to sample: process %d is gone", pid);
	open_untraced(s, scope, pid);
}

/* A command's events begin with its exec. */
void sampler_start(struct sampler *s, enum perf_scope scope)
{
	(void)s;
	if (scope != PERF_CHILD)
		prctl(PR_TASK_PERF_EVENTS_ENABLE);
}

/* What is left of a record. */
struct rest {
	const char *at;
	size_t left;
};

static const void *take(struct rest *r, size_t size)
{
	const char *at = r->at;

	if (size > r->left)
		return NULL;
	r->at += size;
	r->left -= size;
	return at;
}

static bool take_u64(struct rest *r, u64 *value)
{
	const void *at = take(r, sizeof(*value));

	if (at)
		memcpy(value, at, sizeof(*value));
	return at;
}

static bool take_u32(struct rest *r, u32 *value)
{
	const void *at = take(r, sizeof(*value));

	if (at)
		memcpy(value, at, sizeof(*value));
	return at;
}

/* Fields that not every tracepoint has are 0. */
static u64 field(const struct sampler *s, const char *name, const struct rest *raw)
{
	u64 value = 0;

	tracepoint_value(&s->event, name, raw->at, raw->left, &value);
	return value;
}

static bool take_fields(const struct sampler *s, const struct rest *raw, struct stack *stack)
{
	u64 class, time = 1;

	if (!tracepoint_value(&s->event, "class", raw->at, raw->left, &class) ||
	    !tracepoint_value(&s->event, "code", raw->at, raw->left, &stack->code) ||
	    (s->by_time && !tracepoint_value(&s->event, "ns", raw->at, raw->left, &time)))
		return false;
	stack->class = (u32)class;
	stack->op = (u32)field(s, "op", raw);
	stack->has_detail = field(s, "has_detail", raw);
	stack->detail = stack->has_detail ? field(s, "detail", raw) : 0;
	stack->weight = time * s->period;
	return true;
}

static bool take_sample(const struct sampler *s, struct rest *r, struct stack *stack, u64 **chain)
{
	struct rest raw;
	const void *at;
	u32 tid, size;
	u64 depth;

	if (!take_u32(r, &stack->tgid) || !take_u32(r, &tid) || !take_u64(r, &depth) ||
	    depth > r->left / sizeof(u64))
		return false;
	at = take(r, depth * sizeof(u64));
	*chain = xcalloc(depth + 1, sizeof(u64));
	memcpy(*chain, at, depth * sizeof(u64));
	stack->depth = depth;
	stack->chain = *chain;
	if (!take_u32(r, &size) || size > r->left)
		return false;
	raw = (struct rest){ take(r, size), size };
	return take_fields(s, &raw, stack);
}

static void count(struct sampler *s, const struct stack *stack)
{
	s->samples++;
	if (!stack->tgid && !s->with_idle)
		s->idle = sat_add(s->idle, stack->weight);
	else if (stacks_add(&s->stacks, stack))
		s->weight = sat_add(s->weight, stack->weight);
	else
		s->lost[LOSS_ROOM]++;
}

static void feed_one(const struct perf_event_header *header, const char *record, void *arg)
{
	struct rest rest = { record + sizeof(*header), header->size - sizeof(*header) };
	struct stack stack = { 0 };
	struct sampler *s = arg;
	u64 *chain = NULL;

	if (header->type != PERF_RECORD_SAMPLE)
		return;
	if (take_sample(s, &rest, &stack, &chain))
		count(s, &stack);
	else
		s->lost[LOSS_FORM]++;
	free(chain);
}

static void feed(const void *data, size_t size, void *arg)
{
	ring_records(data, size, feed_one, arg);
}

/* Often, while it samples: rings are not large. */
void sampler_collect(struct sampler *s)
{
	size_t i;

	for (i = 0; i < s->rings.n; i++)
		if (s->rings.v[i].page)
			ring_read(&s->rings.v[i], feed, s);
}

/* Of an event, and of those that came of it. */
static void add_lost(struct sampler *s, int fd)
{
	struct { u64 value, lost; } now;

	if (read(fd, &now, sizeof(now)) == sizeof(now))
		s->lost[LOSS_RING] += now.lost;
}

static void add_untraced(struct sampler *s)
{
	u64 events;
	size_t i;

	perf_collect(&s->untraced);
	for (i = 0; i < s->untraced.events.n; i++)
		if (whose_window(&s->untraced.events.v[i], &events))
			s->lost[LOSS_MODULE] += events;
	perf_stop(&s->untraced);
}

/* The end of it: what is in the rings is taken, and what was lost is known. */
void sampler_stop(struct sampler *s)
{
	size_t i;

	prctl(PR_TASK_PERF_EVENTS_DISABLE);
	add_untraced(s);
	sampler_collect(s);
	for (i = 0; i < s->nfds; i++) {
		add_lost(s, s->fds[i]);
		close(s->fds[i]);
	}
	for (i = 0; i < s->rings.n; i++) {
		if (s->rings.v[i].page)
			add_lost(s, s->rings.v[i].fd);
		ring_close(&s->rings.v[i]);
	}
	free(s->rings.v);
	free(s->fds);
	s->rings = (struct ring_vec){ 0 };
	s->fds = NULL;
	s->nfds = 0;
}

void sampler_free(struct sampler *s)
{
	perf_free(&s->untraced);
	stacks_free(&s->stacks);
}
