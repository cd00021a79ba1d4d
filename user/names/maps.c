// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel tells of each exec, fork and executable mapping through perf's
 * ring buffers, one for each CPU (linux/perf_event.h). It needs no PMU: the
 * event itself counts nothing.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest/ring.h"
#include "names/kallsyms.h"
#include "names/maps.h"

/* Beside the control page; a power of two. */
#define RING_PAGES 64

/* A record as it came, until all of a moment are here and can be put in order. */
struct news {
	u64 time;
	struct perf_event_header *header;
};

/**
 * struct process - what is known of a process
 * @parent: of which it is a copy, 0 if that is not known
 * @own: it has executed a file of its own
 * @gone: the round in which it ended, 0 if it has not
 */
struct process {
	u32 tgid;
	u32 parent;
	bool own;
	u32 gone;
	char command[16];
};

DEFINE_VEC(news)
DEFINE_VEC(image)
DEFINE_VEC(process)

static struct ring_vec rings;
static struct news_vec news;
static struct image_vec images;
static struct process_vec processes;
/* Records that found a ring full. */
static u64 lost;
/* Listening is not for us. */
static bool refused;
/* Begins with each maps_forget(). */
static u32 round_now = 1;

/* Records of perf_event.h, without the sample_id at their end. */
struct mmap2_record {
	struct perf_event_header header;
	u32 pid, tid;
	u64 addr, len, pgoff;
	u32 maj, min;
	u64 ino, ino_generation;
	u32 prot, flags;
	char filename[];
};

struct comm_record {
	struct perf_event_header header;
	u32 pid, tid;
	char comm[];
};

/* Of a fork and of an exit. */
struct fork_record {
	struct perf_event_header header;
	u32 pid, ppid;
	u32 tid, ptid;
	u64 time;
};

struct ksymbol_record {
	struct perf_event_header header;
	u64 addr;
	u32 len;
	u16 type, flags;
	char name[];
};

struct lost_record {
	struct perf_event_header header;
	u64 id, lost;
};

static struct process *find_process(u32 tgid)
{
	size_t i;

	for (i = processes.n; i-- > 0;)
		if (processes.v[i].tgid == tgid)
			return &processes.v[i];
	return NULL;
}

static struct process *need_process(u32 tgid)
{
	struct process *p = find_process(tgid);

	if (p)
		return p;
	p = process_push(&processes);
	p->tgid = tgid;
	return p;
}

static void add_image(u32 tgid, u64 start, u64 end, u64 offset, const char *file)
{
	struct image *image = image_push(&images);

	*image = (struct image){ tgid, start, end, offset, xstrdup(file) };
}

static void apply_mmap(const struct mmap2_record *r)
{
	add_image(r->pid, r->addr, r->addr + r->len, r->pgoff, r->filename);
}

static void apply_comm(const struct comm_record *r)
{
	struct process *p = need_process(r->pid);

	if (r->pid != r->tid)
		return;
	snprintf(p->command, sizeof(p->command), "%s", r->comm);
	p->own |= r->header.misc & PERF_RECORD_MISC_COMM_EXEC;
}

/* A number that is used again is another process. */
static void apply_fork(const struct fork_record *r)
{
	const struct process *parent;
	struct process *p;

	if (r->pid == r->ppid)
		return;
	p = process_push(&processes);
	p->tgid = r->pid;
	p->parent = r->ppid;
	parent = find_process(r->ppid);
	if (parent)
		memcpy(p->command, parent->command, sizeof(p->command));
}

/* The first thread is the last that is told of, but for those that it left behind. */
static void apply_exit(const struct fork_record *r)
{
	struct process *p = find_process(r->pid);

	if (p && r->pid == r->tid)
		p->gone = round_now;
}

static void apply_ksymbol(const struct ksymbol_record *r)
{
	kallsyms_made(r->addr, r->len, r->name, r->type == PERF_RECORD_KSYMBOL_TYPE_BPF,
		      r->flags & PERF_RECORD_KSYMBOL_FLAGS_UNREGISTER);
}

static void apply(const struct perf_event_header *header)
{
	switch (header->type) {
	case PERF_RECORD_MMAP2:
		apply_mmap((const void *)header);
		break;
	case PERF_RECORD_COMM:
		apply_comm((const void *)header);
		break;
	case PERF_RECORD_FORK:
		apply_fork((const void *)header);
		break;
	case PERF_RECORD_EXIT:
		apply_exit((const void *)header);
		break;
	case PERF_RECORD_KSYMBOL:
		apply_ksymbol((const void *)header);
		break;
	case PERF_RECORD_LOST:
		lost += ((const struct lost_record *)(const void *)header)->lost;
		break;
	}
}

static int news_compare(const void *a, const void *b)
{
	const struct news *x = a, *y = b;

	return x->time < y->time ? -1 : x->time > y->time;
}

/* Take all that was fed in the order of time: CPUs tell one after the other. */
void maps_apply(void)
{
	size_t i;

	if (news.n)
		qsort(news.v, news.n, sizeof(*news.v), news_compare);
	for (i = 0; i < news.n; i++) {
		apply(news.v[i].header);
		free(news.v[i].header);
	}
	news.n = 0;
}

/* The smallest that a record of a type can be, with its time; 0: of no use. */
static size_t smallest(u32 type)
{
	switch (type) {
	case PERF_RECORD_MMAP2:
		return sizeof(struct mmap2_record) + 8 + sizeof(u64);
	case PERF_RECORD_COMM:
		return sizeof(struct comm_record) + 8 + sizeof(u64);
	case PERF_RECORD_FORK:
	case PERF_RECORD_EXIT:
		return sizeof(struct fork_record) + sizeof(u64);
	case PERF_RECORD_KSYMBOL:
		return sizeof(struct ksymbol_record) + 8 + sizeof(u64);
	case PERF_RECORD_LOST:
		return sizeof(struct lost_record) + sizeof(u64);
	}
	return 0;
}

static void feed_one(const struct perf_event_header *header, const char *record, void *arg)
{
	struct news *n;

	(void)arg;
	if (!smallest(header->type) || header->size < smallest(header->type))
		return;
	n = news_push(&news);
	n->header = xcalloc(1, header->size);
	memcpy(n->header, record, header->size);
	memcpy(&n->time, record + header->size - sizeof(u64), sizeof(u64));
	/* What was the time now ends the name, whatever it was. */
	memset((char *)n->header + header->size - sizeof(u64), 0, sizeof(u64));
}

/**
 * maps_feed - take records as the kernel writes them
 * @data: whole records, each with its time at the end
 * @size: of them
 *
 * They count from the next maps_apply() on.
 */
void maps_feed(const void *data, size_t size)
{
	ring_records(data, size, feed_one, NULL);
}

static void feed(const void *data, size_t size, void *arg)
{
	(void)arg;
	maps_feed(data, size);
}

static int open_event(int cpu)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_DUMMY,
		.sample_type = PERF_SAMPLE_TIME,
		.sample_id_all = 1,
		.exclude_kernel = 1,
		.mmap = 1,
		.mmap2 = 1,
		.comm = 1,
		.comm_exec = 1,
		.task = 1,
		.ksymbol = 1,
	};

	return (int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

static void open_ring(int cpu, struct ring *r)
{
	int fd = open_event(cpu);

	if (fd < 0)
		refused |= errno == EACCES || errno == EPERM;
	else if (!ring_map(r, fd, RING_PAGES))
		refused = true;
}

/* CPUs come online later, too. */
static void open_rings(void)
{
	size_t i;

	for (i = 0; i < rings.n && !refused; i++)
		if (!rings.v[i].page)
			open_ring((int)i, &rings.v[i]);
}

/* Now and then while a workload runs: rings are not large. */
void maps_collect(void)
{
	size_t i;

	for (i = 0; i < rings.n; i++)
		if (rings.v[i].page)
			ring_read(&rings.v[i], feed, NULL);
	maps_apply();
	open_rings();
}

/* The process that is there already has told before we listened. */
static void read_maps(pid_t pid)
{
	unsigned long long start, end, offset;
	char line[4096], perms[8], *newline;
	struct process *p = need_process((u32)pid);
	int name = 0;
	FILE *f;

	p->own = true;
	sys_line(p->command, sizeof(p->command), "/proc/%d/comm", pid);
	f = sys_open("/proc/%d/maps", pid);
	while (f && fgets(line, sizeof(line), f)) {
		newline = strchr(line, '\n');
		if (newline)
			*newline = '\0';
		if (sscanf(line, "%llx-%llx %7s %llx %*s %*s %n", &start, &end, perms, &offset,
			   &name) == 4 && perms[2] == 'x')
			add_image((u32)pid, start, end, offset, line + name);
	}
	if (f)
		fclose(f);
}

/**
 * maps_start - record from now on what all processes map
 * @pid: a process of which also what it has mapped before is wanted, or 0
 *
 * Without the permission nothing is recorded, and nothing is found.
 */
void maps_start(pid_t pid)
{
	long cpu, n = sysconf(_SC_NPROCESSORS_CONF);

	for (cpu = 0; cpu < n; cpu++)
		ring_push(&rings);
	open_rings();
	if (pid)
		read_maps(pid);
}

void maps_stop(void)
{
	size_t i;

	maps_collect();
	for (i = 0; i < rings.n; i++)
		ring_close(&rings.v[i]);
	free(rings.v);
	rings = (struct ring_vec){ 0 };
}

/* What is not known of processes, for whoever reads their names; NULL for nothing. */
const char *maps_problem(char *buf, size_t size)
{
	if (refused)
		snprintf(buf, size,
			 "processes cannot be followed here: code of those that are gone has no name");
	else if (lost)
		snprintf(buf, size,
			 "%llu records of what processes mapped were lost: some code has no name",
			 lost);
	return refused || lost ? buf : NULL;
}

/* All processes that are there already. */
void maps_read_all(void)
{
	char *path = sys_path("/proc");
	DIR *dir = opendir(path);
	struct dirent *entry;
	char *end;
	long pid;

	free(path);
	while (dir && (entry = readdir(dir))) {
		pid = strtol(entry->d_name, &end, 10);
		if (!*end && pid > 0)
			read_maps((pid_t)pid);
	}
	if (dir)
		closedir(dir);
}

static void forget_images(u32 tgid)
{
	size_t i, to = 0;

	for (i = 0; i < images.n; i++) {
		if (images.v[i].tgid == tgid)
			free(images.v[i].file);
		else
			images.v[to++] = images.v[i];
	}
	images.n = to;
}

/**
 * maps_forget - forget processes that were gone at the last call already
 *
 * What maps_find() has returned is not to be used after it.
 */
void maps_forget(void)
{
	size_t i, to = 0;

	for (i = 0; i < processes.n; i++) {
		if (processes.v[i].gone && processes.v[i].gone < round_now)
			forget_images(processes.v[i].tgid);
		else
			processes.v[to++] = processes.v[i];
	}
	processes.n = to;
	round_now++;
}

/**
 * maps_find - the executable memory that an address was in
 * @tgid: the process, which may be gone
 * @addr: the address
 *
 * Return: the last that was mapped there; of a process that has executed
 * nothing itself, that of its parent. NULL if there is none.
 */
const struct image *maps_find(u32 tgid, u64 addr)
{
	const struct process *p;
	int depth;
	size_t i;

	for (depth = 0; depth < 64 && tgid; depth++) {
		for (i = images.n; i-- > 0;)
			if (images.v[i].tgid == tgid && addr >= images.v[i].start &&
			    addr < images.v[i].end)
				return &images.v[i];
		p = find_process(tgid);
		tgid = p && !p->own ? p->parent : 0;
	}
	return NULL;
}

/* Name of a process; NULL if nothing was recorded of it. */
const char *maps_command(u32 tgid)
{
	const struct process *p = find_process(tgid);

	return p && p->command[0] ? p->command : NULL;
}
