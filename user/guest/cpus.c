// SPDX-License-Identifier: GPL-2.0
/* Lists of CPUs as the kernel and perf(1) write them: 0-3,8. */
#include <ctype.h>
#include <stdlib.h>

#include "guest/cpus.h"

#define NODES_MAX 1024
#define LIST_BYTES 8192

static void set(struct cpus *c, u32 cpu, u32 number)
{
	u32 n;

	if (cpu >= c->n) {
		n = cpu + 1;
		c->v = reallocarray(c->v, n, sizeof(*c->v));
		if (!c->v)
			die(ST_FAIL, "out of memory");
		while (c->n < n)
			c->v[c->n++] = CPU_NONE;
	}
	c->v[cpu] = number;
}

static bool parse_number(const char **at, u32 *number)
{
	unsigned long val;
	char *end;

	if (!isdigit((unsigned char)**at))
		return false;
	val = strtoul(*at, &end, 10);
	*at = end;
	*number = (u32)val;
	return val < CPUS_MAX;
}

/**
 * cpus_parse - give the CPUs of a list a number
 * @c: those that are not in the list keep theirs
 * @list: such as 0-3,8
 * @number: theirs
 *
 * Return: false for what is no list.
 */
bool cpus_parse(struct cpus *c, const char *list, u32 number)
{
	u32 first, last;

	do {
		if (!parse_number(&list, &first))
			return false;
		last = first;
		if (*list == '-' && (list++, !parse_number(&list, &last)))
			return false;
		if (last < first)
			return false;
		for (; first <= last; first++)
			set(c, first, number);
	} while (*list == ',' && list++);
	return !*list;
}

/* Those that are there now, each with its own number. */
bool cpus_online(struct cpus *c)
{
	char list[LIST_BYTES];
	u32 i;

	if (!sys_line(list, sizeof(list), "/sys/devices/system/cpu/online") ||
	    !cpus_parse(c, list, 0))
		return false;
	for (i = 0; i < c->n; i++)
		if (c->v[i] != CPU_NONE)
			c->v[i] = i;
	return true;
}

/* Each with the number of its node. */
bool cpus_nodes(struct cpus *c)
{
	char list[LIST_BYTES];
	bool any = false;
	u32 node;

	for (node = 0; node < NODES_MAX; node++)
		if (sys_line(list, sizeof(list), "/sys/devices/system/node/node%u/cpulist", node))
			any |= cpus_parse(c, list, node);
	return any;
}

u32 cpus_count(const struct cpus *c)
{
	u32 i, n = 0;

	for (i = 0; i < c->n; i++)
		n += c->v[i] != CPU_NONE;
	return n;
}

void cpus_free(struct cpus *c)
{
	free(c->v);
	*c = (struct cpus){ 0 };
}
