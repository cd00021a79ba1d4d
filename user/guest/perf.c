// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/perf_event.h>

#include "guest/perf.h"

#define DEFAULT_EVENTS "instructions,cycles,branch-misses,dTLB-load-misses,L1-dcache-load-misses"

#define CACHE(cache, op, result) \
	(PERF_COUNT_HW_CACHE_##cache | PERF_COUNT_HW_CACHE_OP_##op << 8 | \
	 PERF_COUNT_HW_CACHE_RESULT_##result << 16)

static const struct {
	const char *name;
	u32 type;
	u64 config;
} known[] = {
	{ "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS },
	{ "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES },
	{ "ref-cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_REF_CPU_CYCLES },
	{ "branches", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_INSTRUCTIONS },
	{ "branch-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES },
	{ "cache-references", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_REFERENCES },
	{ "cache-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES },
	{ "dTLB-loads", PERF_TYPE_HW_CACHE, CACHE(DTLB, READ, ACCESS) },
	{ "dTLB-load-misses", PERF_TYPE_HW_CACHE, CACHE(DTLB, READ, MISS) },
	{ "dTLB-store-misses", PERF_TYPE_HW_CACHE, CACHE(DTLB, WRITE, MISS) },
	{ "iTLB-load-misses", PERF_TYPE_HW_CACHE, CACHE(ITLB, READ, MISS) },
	{ "L1-dcache-loads", PERF_TYPE_HW_CACHE, CACHE(L1D, READ, ACCESS) },
	{ "L1-dcache-load-misses", PERF_TYPE_HW_CACHE, CACHE(L1D, READ, MISS) },
	{ "L1-icache-load-misses", PERF_TYPE_HW_CACHE, CACHE(L1I, READ, MISS) },
	{ "LLC-load-misses", PERF_TYPE_HW_CACHE, CACHE(LL, READ, MISS) },
	{ "task-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK },
	{ "cpu-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK },
	{ "context-switches", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES },
	{ "cpu-migrations", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_MIGRATIONS },
	{ "page-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS },
};

static bool find_event(const char *name, struct counter *c)
{
	char *end;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (!streq(known[i].name, name))
			continue;
		c->name = known[i].name;
		c->type = known[i].type;
		c->config = known[i].config;
		return true;
	}
	if (name[0] != 'r' || !name[1])
		return false;
	c->name = xstrdup(name);
	c->type = PERF_TYPE_RAW;
	c->config = strtoull(name + 1, &end, 16);
	return !*end;
}

/**
 * perf_choose - choose the events
 * @p: filled
 * @list: names with commas between them, or rNNN for a raw one; NULL for the
 *	usual ones, "none" for none
 */
void perf_choose(struct perf *p, const char *list)
{
	char *copy = xstrdup(list ? list : DEFAULT_EVENTS), *rest = copy, *name;

	while ((name = strsep(&rest, ",")))
		if (*name && !streq(name, "none") && !find_event(name, counter_push(&p->events)))
			die(ST_FAIL, "unknown event '%s'; cvmstat(8) lists them", name);
	free(copy);
}

static int event_open(const struct counter *c, pid_t pid, int cpu, enum perf_scope scope)
{
	bool on_exec = scope == PERF_CHILD;
	unsigned long flags = PERF_FLAG_FD_CLOEXEC;
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = c->type,
		.config = c->config,
		.config1 = c->config1,
		.inherit = scope == PERF_CHILD || scope == PERF_PROCESS || scope == PERF_THREADS,
		.inherit_thread = scope == PERF_THREADS,
		.disabled = on_exec,
		.enable_on_exec = on_exec,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
	};

	if (scope == PERF_CGROUP)
		flags |= PERF_FLAG_PID_CGROUP;
	return (int)syscall(SYS_perf_event_open, &attr, pid, cpu, -1, flags);
}

static bool open_one(struct counter *c, pid_t pid, int cpu, enum perf_scope scope)
{
	int fd = event_open(c, pid, cpu, scope);

	if (fd < 0) {
		c->error = errno;
		return false;
	}
	c->fds = reallocarray(c->fds, c->nfds + 1, sizeof(*c->fds));
	if (!c->fds)
		die(ST_FAIL, "out of memory");
	c->fds[c->nfds++] = fd;
	return true;
}

/* All CPUs: of the whole machine, or of the control group whose file is @cgroup. */
static void open_cpus(struct counter *c, enum perf_scope scope, int cgroup)
{
	long cpu, n = sysconf(_SC_NPROCESSORS_CONF);

	for (cpu = 0; cpu < n && !c->error; cpu++)
		/* A CPU that is offline has nothing to count. */
		if (!open_one(c, cgroup, (int)cpu, scope) && c->error == ENODEV && c->nfds)
			c->error = 0;
}

/*
 * 512 CPUs and five events are more files than a shell lets a program have. Who may
 * raises the hard limit too, up to the kernel's.
 */
void perf_raise_limit(struct rlimit *was)
{
	struct rlimit most;
	u64 all;

	getrlimit(RLIMIT_NOFILE, was);
	most = *was;
	if (sys_u64(&all, "/proc/sys/fs/nr_open") && all > most.rlim_max)
		most.rlim_max = all;
	most.rlim_cur = most.rlim_max;
	if (!setrlimit(RLIMIT_NOFILE, &most))
		return;
	most = *was;
	most.rlim_cur = most.rlim_max;
	setrlimit(RLIMIT_NOFILE, &most);
}

/**
 * perf_open - one more event of a counter
 * @c: the counter
 * @of: a thread, or the file of a control group
 * @scope: PERF_THREADS: the thread, and those of its process that it starts;
 *	PERF_CGROUP: the group, on all CPUs
 */
bool perf_open(struct counter *c, int of, enum perf_scope scope)
{
	struct rlimit limit;

	perf_raise_limit(&limit);
	if (scope == PERF_CGROUP)
		open_cpus(c, scope, of);
	else if (!open_one(c, of, -1, scope) && c->error == ESRCH)
		c->error = 0;
	return !c->error;
}

/* Inheritance reaches only threads to come: take those that are there. */
static void open_process(struct counter *c, pid_t pid)
{
	char *path = xasprintf("/proc/%d/task", pid);
	DIR *dir = opendir(path);
	struct dirent *entry;

	free(path);
	if (!dir) {
		c->error = ESRCH;
		return;
	}
	while (!c->error && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		/* A thread may end while we look. */
		if (!open_one(c, atoi(entry->d_name), -1, PERF_PROCESS) && c->error == ESRCH)
			c->error = 0;
	}
	closedir(dir);
}

/**
 * perf_start - open the events
 * @p: chosen events
 * @scope: PERF_CHILD counts @pid from its exec on, with its children;
 *	PERF_PROCESS counts @pid from now on; PERF_SYSTEM counts all CPUs;
 *	PERF_CGROUP a control group, from now on
 * @pid: the process, or the group's file
 */
void perf_start(struct perf *p, enum perf_scope scope, pid_t pid)
{
	struct rlimit limit;
	struct counter *c;
	size_t i;

	perf_raise_limit(&limit);
	for (i = 0; i < p->events.n; i++) {
		c = &p->events.v[i];
		c->error = 0;
		c->value = 0;
		c->shared = false;
		if (scope == PERF_SYSTEM)
			open_cpus(c, scope, -1);
		else if (scope == PERF_CGROUP)
			open_cpus(c, scope, pid);
		else if (scope == PERF_PROCESS)
			open_process(c, pid);
		else
			open_one(c, pid, -1, PERF_CHILD);
	}
	/* The command of the next run is to have the limit that we came with. */
	setrlimit(RLIMIT_NOFILE, &limit);
}

static void read_one(struct counter *c, int fd)
{
	struct { u64 value, enabled, running; } now;

	if (read(fd, &now, sizeof(now)) != sizeof(now))
		return;
	if (!now.running) {
		c->starved |= now.enabled > 0;
		return;
	}
	c->ran = true;
	if (now.running < now.enabled) {
		now.value = (u64)((double)now.value * (double)now.enabled / (double)now.running);
		c->shared = true;
	}
	c->value = sat_add(c->value, now.value);
}

static void add_window(struct counter *c, u64 events)
{
	double delta = (double)events - c->mean;

	c->sum = sat_add(c->sum, events);
	c->runs++;
	c->mean += delta / c->runs;
	c->m2 += delta * ((double)events - c->mean);
	u64_push(&c->values, events);
}

/* Sample deviation of a window; 0 of one. */
double perf_stddev(const struct counter *c)
{
	return c->runs > 1 ? sqrt(c->m2 / (c->runs - 1)) : 0;
}

static u64 since_last(struct counter *c)
{
	u64 last = c->value;
	size_t i;

	c->value = 0;
	for (i = 0; i < c->nfds; i++)
		read_one(c, c->fds[i]);
	/* Scaling is an estimate, which a later one may take back. */
	if (c->value < last)
		c->value = last;
	return c->value - last;
}

/* Add what came since the last time to the sums. */
void perf_collect(struct perf *p)
{
	size_t i;

	for (i = 0; i < p->events.n; i++)
		add_window(&p->events.v[i], since_last(&p->events.v[i]));
}

/* Keep what came since the last time, alone. */
void perf_read(struct counter *c)
{
	c->values.n = 0;
	u64_push(&c->values, since_last(c));
}

/* The next window starts here. */
void perf_clear(struct perf *p)
{
	size_t i;

	for (i = 0; i < p->events.n; i++) {
		p->events.v[i].sum = 0;
		p->events.v[i].runs = 0;
		p->events.v[i].mean = 0;
		p->events.v[i].m2 = 0;
		p->events.v[i].values.n = 0;
	}
}

static void close_files(struct counter *c)
{
	size_t i;

	for (i = 0; i < c->nfds; i++)
		close(c->fds[i]);
	free(c->fds);
	c->fds = NULL;
	c->nfds = 0;
}

void perf_stop(struct perf *p)
{
	size_t i;

	for (i = 0; i < p->events.n; i++)
		close_files(&p->events.v[i]);
}

/* The end of one that perf_open() has opened. */
void perf_close(struct counter *c)
{
	close_files(c);
	free(c->values.v);
	c->values = (struct u64_vec){ 0 };
}

void perf_free(struct perf *p)
{
	size_t i;

	for (i = 0; i < p->events.n; i++)
		free(p->events.v[i].values.v);
	free(p->events.v);
}

/* Whether it counts nanoseconds. */
bool perf_is_time(const struct counter *c)
{
	return c->type == PERF_TYPE_SOFTWARE && (c->config == PERF_COUNT_SW_TASK_CLOCK ||
						 c->config == PERF_COUNT_SW_CPU_CLOCK);
}

/* Whether this guest has a PMU that counts. */
bool perf_probe(int *error)
{
	struct counter c = {
		.type = PERF_TYPE_HARDWARE,
		.config = PERF_COUNT_HW_CPU_CYCLES,
	};
	int fd = event_open(&c, 0, -1, PERF_SYSTEM);

	*error = errno;
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* The guest has no such counter. */
bool perf_absent(const struct counter *c)
{
	return c->error == ENOENT || c->error == ENODEV || c->error == EOPNOTSUPP ||
	       c->error == EINVAL;
}

/* Why a counter has no value, NULL if it has one. */
const char *perf_problem(const struct counter *c)
{
	if (perf_absent(c))
		return "not available in this guest";
	switch (c->error) {
	case 0:
		return c->starved && !c->ran ? "not counted: the PMU was taken" : NULL;
	case EACCES:
	case EPERM:
		return "not permitted: needs CAP_PERFMON";
	default:
		return strerror(c->error);
	}
}
