// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/cvmstat_codes.h>

#include "kselftest.h"

#include "../testbed/guest/mark.h"
#include "ledger.h"
#include "storm.h"

#define FREEZE		"/sys/kernel/debug/cvmstat_freeze/"
#define LEDGER_HEAD	"{\"cvmbed_ledger\":1,"

/* The hypervisor's own limit is half of it. */
#define LINE_ROOM	(1024 * 1024)

static int compare(const void *left, const void *right)
{
	const struct count *a = left, *b = right;
	int order = strcmp(a->class, b->class);

	if (!order && a->code != b->code)
		order = a->code < b->code ? -1 : 1;
	if (!order)
		order = strcmp(a->detail, b->detail);
	return order ?: a->op - b->op;
}

void counts_add(struct counts *counts, const struct count *count)
{
	if (counts->n == counts->room) {
		counts->room = counts->room * 2 + 64;
		counts->v = reallocarray(counts->v, counts->room,
					 sizeof(*counts->v));
		if (!counts->v)
			abort();
	}
	counts->v[counts->n++] = *count;
}

void counts_sort(struct counts *counts)
{
	size_t i, to = 0;

	if (!counts->n)
		return;
	qsort(counts->v, counts->n, sizeof(*counts->v), compare);
	for (i = 1; i < counts->n; i++) {
		if (!compare(&counts->v[to], &counts->v[i]))
			counts->v[to].n += counts->v[i].n;
		else
			counts->v[++to] = counts->v[i];
	}
	counts->n = to + 1;
}

const struct count *counts_find(const struct counts *counts,
				const struct count *key)
{
	if (!counts->n)
		return NULL;
	return bsearch(key, counts->v, counts->n, sizeof(*key), compare);
}

__u64 counts_value(const struct counts *counts, const struct count *key)
{
	const struct count *count = counts_find(counts, key);

	return count ? count->n : 0;
}

__u64 counts_total(const struct counts *counts, bool (*which)(const struct count *count))
{
	__u64 n = 0;
	size_t i;

	for (i = 0; i < counts->n; i++)
		if (!which || which(&counts->v[i]))
			n += counts->v[i].n;
	return n;
}

bool count_is_halt(const struct count *count)
{
	return (!strcmp(count->class, "tdvmcall") && count->code == CVMSTAT_TDVMCALL_HLT) ||
	       (!strcmp(count->class, "auto") && count->code == CVMSTAT_SVM_HLT);
}

void counts_since(const struct counts *before, const struct counts *after,
		  struct counts *diff)
{
	size_t i;

	memset(diff, 0, sizeof(*diff));
	for (i = 0; i < after->n; i++) {
		struct count count = after->v[i];
		const struct count *was = counts_find(before, &count);

		count.n -= was ? was->n : 0;
		if (count.n)
			counts_add(diff, &count);
	}
	counts_sort(diff);
}

const char *count_name(const struct count *count)
{
	static char name[CLASS_LEN + DETAIL_LEN + 32];

	snprintf(name, sizeof(name), "%s 0x%llx %s %c", count->class,
		 (unsigned long long)count->code, count->detail, count->op);
	return name;
}

/* The counts of one line: [class, code, detail, op, count], per vCPU. */
static int parse(const char *line, struct counts *counts)
{
	const char *at = line, *end;
	unsigned long long code, n;
	struct count count;
	char entry[128];

	memset(counts, 0, sizeof(*counts));
	while ((at = strstr(at, "[\""))) {
		end = strchr(at, ']');
		if (!end || end - at >= (ptrdiff_t)sizeof(entry))
			return -EBADMSG;
		memcpy(entry, at, end - at);
		entry[end - at] = '\0';
		if (sscanf(entry, "[\"%15[a-z-]\",\"%llx\",\"%23[^\"]\",\"%c\",%llu",
			   count.class, &code, count.detail, &count.op,
			   &n) != 5)
			return -EBADMSG;
		count.code = code;
		count.n = n;
		counts_add(counts, &count);
		at = end;
	}
	counts_sort(counts);
	return counts->n ? 0 : -ENODATA;
}

/* The line of this vCPU's last mark, to be freed. */
static char *read_back(void)
{
	char *line = malloc(LINE_ROOM + 1);
	size_t got;

	if (!line)
		abort();
	got = mark_read(line, LINE_ROOM);
	line[got] = '\0';
	return line;
}

static bool has_label(const char *line, const char *label)
{
	char want[MARK_LABEL_MAX + 16];

	snprintf(want, sizeof(want), "\"label\":\"%s\",", label);
	return strstr(line, want);
}

bool ledger_present(void)
{
	char head[sizeof(LEDGER_HEAD)] = "";

	if (mark_open())
		return false;
	mark_write("selftest");
	mark_read(head, sizeof(LEDGER_HEAD) - 1);
	mark_close();
	return !strcmp(head, LEDGER_HEAD);
}

int ledger_mark(const char *label, struct counts *ledger)
{
	int ret = -EINVAL;
	char *line;

	if (mark_open())
		return -errno;
	if (!mark_write(label)) {
		line = read_back();
		ret = has_label(line, label) ? parse(line, ledger) : -EBADMSG;
		free(line);
	}
	mark_close();
	return ret;
}

static int freeze(const char *label)
{
	int fd = open(FREEZE "mark", O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, label, strlen(label)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/* The module's line of this mark: one line a mark, oldest first. */
static int module_counts(const char *label, struct counts *module)
{
	FILE *f = fopen(FREEZE "counts", "r");
	int ret = -ENODATA;
	char *line = NULL;
	size_t room = 0;

	if (!f)
		return -errno;
	while (ret == -ENODATA && getline(&line, &room, f) > 0)
		if (has_label(line, label))
			ret = parse(line, module);
	free(line);
	fclose(f);
	return ret;
}

int ledger_freeze(const char *label, struct counts *ledger,
		  struct counts *module)
{
	cpu_set_t were;
	char *line;
	int ret;

	/* stop_machine() runs on the first CPU, and the line is that vCPU's. */
	if (sched_getaffinity(0, sizeof(were), &were) || stay_on(0))
		return -errno;
	if (mark_open())
		return -errno;
	ret = freeze(label);
	line = read_back();
	mark_close();
	sched_setaffinity(0, sizeof(were), &were);
	if (!ret)
		ret = has_label(line, label) ? parse(line, ledger) : -EBADMSG;
	free(line);
	return ret ?: module_counts(label, module);
}
