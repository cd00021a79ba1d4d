// SPDX-License-Identifier: GPL-2.0
/*
 * Marks in cvmbed's ledger from user space. LEDGER.md has the protocol.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/io.h>
#include <termios.h>
#include <unistd.h>

#include "mark.h"

#define MARK_PORT	0x4c0
/* The hypervisor's own leaf (hv/cpuid.h): a byte in ECX, or one of these. */
#define MARK_LEAF	0x4f0ddca6
#define MARK_READ	0x100
#define MARK_ASK	0x200
#define MARK_NAME	"cvmbed mark"
/* The second serial port, where there is no hypervisor. */
#define MARK_LINE	"/dev/ttyS1"

/* One way to the ledger. */
struct way {
	int (*open)(void);
	void (*put)(unsigned char byte);
	unsigned char (*get)(void);
	void (*close)(void);
};

static int port_open(void)
{
	/* ioperm() and not iopl(): an SEV-ES guest honours only the former. */
	return ioperm(MARK_PORT, 1, 1);
}

static void port_put(unsigned char byte)
{
	outb(byte, MARK_PORT);
}

static unsigned char port_get(void)
{
	return inb(MARK_PORT);
}

static void port_close(void)
{
	ioperm(MARK_PORT, 1, 0);
}

static unsigned int leaf(unsigned int what, unsigned int name[3])
{
	unsigned int byte;

	__cpuid_count(MARK_LEAF, what, byte, name[0], name[1], name[2]);
	return byte;
}

static int leaf_open(void)
{
	unsigned int name[3];

	leaf(MARK_ASK, name);
	return memcmp(name, MARK_NAME, sizeof(MARK_NAME)) ? -1 : 0;
}

static void leaf_put(unsigned char byte)
{
	unsigned int name[3];

	leaf(byte, name);
}

static unsigned char leaf_get(void)
{
	unsigned int name[3];

	return leaf(MARK_READ, name);
}

static void leaf_close(void)
{
}

static int line = -1;

static int line_open(void)
{
	struct termios termios;

	line = open(MARK_LINE, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (line < 0 || tcgetattr(line, &termios))
		return -1;
	cfmakeraw(&termios);
	return tcsetattr(line, TCSANOW, &termios);
}

static void line_put(unsigned char byte)
{
	if (write(line, &byte, 1) == 1)
		tcdrain(line);
}

static unsigned char line_get(void)
{
	return 0;
}

static void line_close(void)
{
	close(line);
}

/* A locked down kernel refuses ioperm(2) even to root, which the others survive. */
static const struct way ways[] = {
	{ port_open, port_put, port_get, port_close },
	{ leaf_open, leaf_put, leaf_get, leaf_close },
	{ line_open, line_put, line_get, line_close },
	{ NULL, NULL, NULL, NULL },
};

static const struct way *way;

static int open_way(void)
{
	for (way = ways; way->open; way++)
		if (!way->open())
			return 0;
	return -1;
}

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

	if (open_way())
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
	way->close();
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
		way->put(label[i]);
	way->put('\n');
	return 0;
invalid:
	errno = EINVAL;
	return -1;
}

size_t mark_read(char *buf, size_t size)
{
	size_t got = 0;
	unsigned char byte;

	while (got < size) {
		byte = way->get();
		if (!byte)
			break;
		buf[got++] = byte;
	}
	return got;
}
