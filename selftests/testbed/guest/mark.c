// SPDX-License-Identifier: GPL-2.0
/*
 * Marks in cvmbed's ledger from user space. LEDGER.md has the protocol.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/io.h>

#include "mark.h"

#define MARK_PORT	0x4c0

static cpu_set_t old_cpus;
static int old_policy;
static struct sched_param old_param;

int mark_open(void)
{
	struct sched_param fifo = {
		.sched_priority = sched_get_priority_max(SCHED_FIFO),
	};
	cpu_set_t here;
	int cpu;

	/* ioperm() and not iopl(): an SEV-ES guest honours only the former. */
	if (ioperm(MARK_PORT, 1, 1))
		return -1;
	old_policy = sched_getscheduler(0);
	if (old_policy < 0 || sched_getparam(0, &old_param) ||
	    sched_getaffinity(0, sizeof(old_cpus), &old_cpus))
		return -1;
	cpu = sched_getcpu();
	if (cpu < 0)
		return -1;
	CPU_ZERO(&here);
	CPU_SET(cpu, &here);
	if (sched_setaffinity(0, sizeof(here), &here))
		return -1;
	return sched_setscheduler(0, SCHED_FIFO, &fifo);
}

void mark_close(void)
{
	sched_setscheduler(0, old_policy, &old_param);
	sched_setaffinity(0, sizeof(old_cpus), &old_cpus);
	ioperm(MARK_PORT, 1, 0);
}

int mark_write(const char *label)
{
	size_t len = strlen(label);
	size_t i;

	if (len == 0 || len > MARK_LABEL_MAX)
		goto invalid;
	for (i = 0; i < len; i++)
		if (label[i] < ' ' || label[i] > '~' || label[i] == '"' ||
		    label[i] == '\\')
			goto invalid;
	for (i = 0; i < len; i++)
		outb(label[i], MARK_PORT);
	outb('\n', MARK_PORT);
	return 0;
invalid:
	errno = EINVAL;
	return -1;
}

size_t mark_read(char *buf, size_t size)
{
	size_t got = 0;
	char byte;

	while (got < size) {
		byte = inb(MARK_PORT);
		if (!byte)
			break;
		buf[got++] = byte;
	}
	return got;
}
