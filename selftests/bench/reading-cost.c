// SPDX-License-Identifier: GPL-2.0
/*
 * reading-cost - bytes and TSC ticks of one reading of counters.
 *
 *   reading-cost cvmstat		a snapshot of reasons and details, by netlink
 *   reading-cost file PATH		all of a file
 *   reading-cost print PID PATH	what PID appends to PATH on SIGUSR1; the
 *					ticks are the process's own running time
 *
 * Of several rounds the cheapest counts.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include <linux/cvmstat.h>

#include "lib/nl.h"

#define ROUNDS	5

struct cost {
	unsigned long long bytes, ticks;
};

/* The length that the message had. */
static void add_message(struct nlattr *const *attr, void *arg)
{
	struct cost *cost = arg;
	int i;

	cost->bytes += NLMSG_HDRLEN + GENL_HDRLEN;
	for (i = 0; i < NL_ATTR_MAX; i++)
		if (attr[i])
			cost->bytes += NLA_ALIGN(attr[i]->nla_len);
}

static struct cost read_cvmstat(char **argv)
{
	struct cost cost = { 0 };
	unsigned long long start;
	struct nl_msg msg;
	struct nl nl;

	(void)argv;
	if (nl_open(&nl))
		errx(1, "no cvmstat");
	start = __rdtsc();
	nl_begin(&msg, nl.family, CVMSTAT_CMD_SNAPSHOT, NLM_F_DUMP);
	nl_put_u32(&msg, CVMSTAT_A_SNAPSHOT_PARTS,
		   CVMSTAT_PARTS_COUNTS | CVMSTAT_PARTS_DETAILS);
	if (nl_call(&nl, &msg, add_message, &cost))
		errx(1, "no snapshot");
	cost.ticks = __rdtsc() - start;
	nl_close(&nl);
	return cost;
}

static struct cost read_file(char **argv)
{
	static char buffer[1 << 16];
	struct cost cost = { 0 };
	unsigned long long start = __rdtsc();
	int fd = open(argv[0], O_RDONLY);
	ssize_t n;

	if (fd < 0)
		err(1, "%s", argv[0]);
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		cost.bytes += n;
	cost.ticks = __rdtsc() - start;
	close(fd);
	return cost;
}

static unsigned long long run_time(const char *pid)
{
	unsigned long long ns = 0;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/schedstat", pid);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%llu", &ns) != 1)
		err(1, "%s", path);
	fclose(f);
	return ns;
}

static unsigned long long monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static struct cost read_print(char **argv)
{
	unsigned long long ns = run_time(argv[0]), tsc = __rdtsc();
	unsigned long long clock = monotonic();
	struct stat before, after;
	struct cost cost;

	stat(argv[1], &before);
	if (kill(atoi(argv[0]), SIGUSR1))
		err(1, "%s", argv[0]);
	sleep(2);
	stat(argv[1], &after);
	ns = run_time(argv[0]) - ns;
	cost.bytes = after.st_size - before.st_size;
	cost.ticks = (double)ns * (__rdtsc() - tsc) / (monotonic() - clock);
	return cost;
}

static const struct {
	const char *name;
	int args;
	struct cost (*read)(char **argv);
} ways[] = {
	{ "cvmstat", 0, read_cvmstat },
	{ "file", 1, read_file },
	{ "print", 2, read_print },
	{ NULL, 0, NULL },
};

int main(int argc, char **argv)
{
	struct cost best = { 0 }, cost;
	unsigned int i;
	int round;

	for (i = 0; ways[i].name; i++)
		if (argc == 2 + ways[i].args && !strcmp(argv[1], ways[i].name))
			break;
	if (!ways[i].name)
		errx(2, "usage: reading-cost cvmstat | file PATH | print PID PATH");
	for (round = 0; round < ROUNDS; round++) {
		cost = ways[i].read(argv + 2);
		if (!round || cost.ticks < best.ticks)
			best = cost;
	}
	printf("%llu %llu\n", best.bytes, best.ticks);
	return 0;
}
