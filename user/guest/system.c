// SPDX-License-Identifier: GPL-2.0
/* Each source is a file of /proc or a folder of /sys, and a row of a table. */
#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>

#include "guest/system.h"

static void add(struct reading_vec *all, const char *source, const char *item, const char *name,
		u64 value)
{
	struct reading *r = reading_push(all);

	r->source = source;
	snprintf(r->item, sizeof(r->item), "%s", item);
	r->name = name;
	r->value = value;
}

/* Numbers of a line, up to @n; the others are 0. */
static size_t numbers(const char *text, u64 *vals, size_t n)
{
	size_t i;
	char *end;

	memset(vals, 0, n * sizeof(*vals));
	for (i = 0; i < n; i++) {
		vals[i] = strtoull(text, &end, 10);
		if (end == text)
			break;
		text = end;
	}
	return i;
}

/* proc(5): in ticks of USER_HZ, the kernel's own figures rounded. */
static void stat_line(struct reading_vec *all, const char *line)
{
	static const char *const modes[] = {
		"user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal",
	};
	static const struct {
		const char *word;
		const char *item;
	} totals[] = {
		{ "ctxt ", "context-switches" }, { "intr ", "interrupts" },
		{ "processes ", "forks" }, { "softirq ", "softirqs" },
	};
	u64 tick_ns = NSEC_PER_SEC / (u64)sysconf(_SC_CLK_TCK), vals[ARRAY_SIZE(modes)];
	size_t i;

	if (!strncmp(line, "cpu ", 4)) {
		numbers(line + 4, vals, ARRAY_SIZE(modes));
		for (i = 0; i < ARRAY_SIZE(modes); i++)
			add(all, "cpu", modes[i], "ns", vals[i] * tick_ns);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(totals); i++) {
		if (strncmp(line, totals[i].word, strlen(totals[i].word)))
			continue;
		numbers(line + strlen(totals[i].word), vals, 1);
		add(all, "kernel", totals[i].item, "count", vals[0]);
	}
}

/* "NAME: a count for each CPU  what it is"; the description makes numbers readable. */
static void interrupt_line(struct reading_vec *all, const char *line)
{
	const char *colon = strchr(line, ':'), *at, *text;
	char item[64], *end;
	u64 sum = 0;

	if (!colon)
		return;
	while (isspace((unsigned char)*line))
		line++;
	for (at = colon + 1;; at = end) {
		u64 n = strtoull(at, &end, 10);

		if (end == at)
			break;
		sum = sat_add(sum, n);
	}
	text = at + strspn(at, " \t");
	snprintf(item, sizeof(item), "%.*s %.*s", (int)(colon - line), line,
		 (int)strcspn(text, "\n"), text);
	/* Columns within the description are blanks. */
	for (end = item + strlen(item); end > item && end[-1] == ' ';)
		*--end = '\0';
	add(all, "interrupt", item, "count", sum);
}

/* netdevice statistics: 8 columns received, then 8 sent. */
static void net_line(struct reading_vec *all, const char *line)
{
	const char *colon = strchr(line, ':');
	char item[64];
	u64 v[10];

	if (!colon || numbers(colon + 1, v, 10) < 10)
		return;
	line += strspn(line, " ");
	snprintf(item, sizeof(item), "%.*s", (int)(colon - line), line);
	add(all, "net", item, "rx_bytes", v[0]);
	add(all, "net", item, "rx_packets", v[1]);
	add(all, "net", item, "tx_bytes", v[8]);
	add(all, "net", item, "tx_packets", v[9]);
}

/* Documentation/admin-guide/iostats.rst: a sector has 512 bytes. */
static void disk_line(struct reading_vec *all, const char *line)
{
	char item[64];
	u64 v[7];
	int at;

	if (sscanf(line, "%*u %*u %63s%n", item, &at) != 1 || numbers(line + at, v, 7) < 7)
		return;
	add(all, "disk", item, "reads", v[0]);
	add(all, "disk", item, "read_bytes", v[2] * 512);
	add(all, "disk", item, "writes", v[4]);
	add(all, "disk", item, "written_bytes", v[6] * 512);
}

static const struct {
	const char *path;
	void (*line)(struct reading_vec *all, const char *line);
} files[] = {
	{ "/proc/stat", stat_line },
	{ "/proc/interrupts", interrupt_line },
	{ "/proc/net/dev", net_line },
	{ "/proc/diskstats", disk_line },
};

static void read_lines(struct reading_vec *all, const char *path,
		       void (*take)(struct reading_vec *all, const char *line))
{
	FILE *f = sys_open("%s", path);
	char *line = NULL;
	size_t cap = 0;

	while (f && getline(&line, &cap, f) > 0)
		take(all, line);
	free(line);
	if (f)
		fclose(f);
}

#define STATE "/sys/devices/system/cpu/cpu%ld/cpuidle/state%d/"

static struct reading *find(struct reading_vec *all, const char *source, const char *item,
			    const char *name)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (streq(all->v[i].source, source) && streq(all->v[i].item, item) &&
		    streq(all->v[i].name, name))
			return &all->v[i];
	return NULL;
}

static void add_up(struct reading_vec *all, const char *item, const char *name, u64 value)
{
	struct reading *r = find(all, "idle-state", item, name);

	if (r)
		r->value = sat_add(r->value, value);
	else
		add(all, "idle-state", item, name, value);
}

/* How long CPUs were in a state that polls, or that halts, only cpuidle knows. */
static void idle_states(struct reading_vec *all)
{
	long cpu, cpus = sysconf(_SC_NPROCESSORS_CONF);
	char state[64];
	u64 val;
	int i;

	for (cpu = 0; cpu < cpus; cpu++) {
		for (i = 0; sys_line(state, sizeof(state), STATE "name", cpu, i); i++) {
			if (sys_u64(&val, STATE "usage", cpu, i))
				add_up(all, state, "entries", val);
			if (sys_u64(&val, STATE "time", cpu, i))
				add_up(all, state, "ns", val * 1000);
		}
	}
}

/**
 * system_read - read them all
 * @all: filled, to be freed by its owner
 */
void system_read(struct reading_vec *all)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		read_lines(all, files[i].path, files[i].line);
	idle_states(all);
}

/**
 * system_since - what was counted between two readings
 * @before: the earlier
 * @now: the later; what counted nothing is left out
 *
 * A counter that fell began anew, with its device: it counts from zero.
 */
void system_since(const struct reading_vec *before, struct reading_vec *now)
{
	struct reading_vec from = *before;
	const struct reading *old;
	size_t i, kept = 0;

	for (i = 0; i < now->n; i++) {
		struct reading r = now->v[i];

		old = find(&from, r.source, r.item, r.name);
		if (old && old->value <= r.value)
			r.value -= old->value;
		if (r.value)
			now->v[kept++] = r;
	}
	now->n = kept;
}
